#!/bin/sh
# Publishes what has a new version, called by release.yml. Provenance asks for the repository's address, which stands nowhere in the sources.
set -eu
npm pkg set "repository.type=git" "repository.url=git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git"
npm run build
npx --yes @changesets/cli@2.31.1 publish
