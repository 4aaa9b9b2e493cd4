/** The API reference: TypeDoc over the entries of the package, one page for each name that it exports. */
import { join } from 'node:path';
import { Application } from 'typedoc';

export async function writeReference(folder) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: ['wasmeta.ts', 'wasmeta/inline.ts', 'wasmeta/node.ts', 'wasmeta/bench.ts', 'wasmeta/queue.ts'].map((name) => join(import.meta.dirname, 'entries', name)),
    tsconfig: join(import.meta.dirname, 'entries/tsconfig.json'),
    basePath: join(import.meta.dirname, 'entries'),
    readme: 'none',
    name: 'API',
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    skipErrorChecking: true,
    logLevel: 'Error',
    out: folder,
    // of typedoc-plugin-markdown
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    expandObjects: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    indexFormat: 'table',
    sanitizeComments: true,
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('the API reference could not be made: see above');
  await app.generateOutputs(project);
}
