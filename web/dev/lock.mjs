// SPDX-License-Identifier: Apache-2.0
// Takes the wanted Node version off the optional (native) packages of the lock file. npm leaves out
// an optional package whose wish does not fit the Node that runs npm, Debian's 18 here, although
// the pinned Node is the one that will load it.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
for (const entry of Object.values(lock.packages)) {
  if (entry.optional) delete entry.engines
}
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
