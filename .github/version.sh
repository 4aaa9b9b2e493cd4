#!/bin/sh
# Raises the version by the files in .changeset, called by release.yml, in every file that names it.
set -eu
npx --yes @changesets/cli@2.31.1 version
version=$(node -p "require('./package.json').version")
npm install --package-lock-only --ignore-scripts --no-audit --no-fund
sed -i "s/^version: .*/version: $version/" CITATION.cff
sed -i "s/wasmeta-[0-9.]*\.tgz/wasmeta-$version.tgz/" README.md
sed -i "s/^## \[Unreleased\]$/## [Unreleased]\n\n## [$version] - $(date +%F)/" CHANGELOG.md
