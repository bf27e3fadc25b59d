// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { zh } from '../i18n/zh-CN'
import { allowed, groups, open_groups, start_path } from './navigation'

describe('navigation by rights', () => {
  it('shows nothing that the session may not read', () => {
    expect(open_groups({})).toEqual([])
    expect(start_path({})).toBe('/account')
    const auditor = { audit: ['read', 'verify'] }
    expect(open_groups(auditor).flatMap((one) => one.entries.map((two) => two.name))).toEqual([
      'audit',
    ])
    expect(start_path(auditor)).toBe('/audit')
  })

  it('needs the very action', () => {
    expect(allowed({ account: ['read'] }, 'account:create')).toBe(false)
    expect(allowed({ account: ['read'] }, 'account:read')).toBe(true)
    expect(allowed({}, '')).toBe(true)
  })

  it('has a text for each entry and each group', () => {
    const nav = zh.nav as Record<string, unknown>
    for (const group of groups) {
      expect((nav.group as Record<string, string>)[group.name], group.name).toBeTruthy()
      for (const entry of group.entries) expect(nav[entry.name], entry.name).toBeTruthy()
    }
  })
})
