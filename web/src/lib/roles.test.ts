// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Role } from '../api/access'
import { excluded_roles, right_rows, right_words } from './roles'

const role = (id: string, exclusive: boolean, rights = {}): Role => ({
  id,
  name: id,
  name_en: id,
  party: '',
  exclusive,
  rights,
})
const roles = [
  role('assessor', false, { system: ['read', 'change'] }),
  role('manager', false, { system: ['read'] }),
  role('sysadmin', true, { account: ['read'] }),
  role('auditor', true),
]

describe('roles', () => {
  it('offer no second one beside an administrator', () => {
    expect([...excluded_roles(roles, [])]).toEqual([])
    expect([...excluded_roles(roles, ['auditor'])]).toEqual(['assessor', 'manager', 'sysadmin'])
    expect([...excluded_roles(roles, ['assessor'])]).toEqual(['sysadmin', 'auditor'])
  })

  it('stand in the table of rights, each resource spanning its actions', () => {
    const rows = right_rows({ roles, resources: { system: ['read', 'change'], account: ['read'] } })
    expect(rows.map((row) => [row.resource, row.action, row.span])).toEqual([
      ['system', 'read', 2],
      ['system', 'change', 0],
      ['account', 'read', 1],
    ])
    expect([...(rows[0]?.held ?? [])]).toEqual(['assessor', 'manager'])
    expect([...(rows[2]?.held ?? [])]).toEqual(['sysadmin'])
  })

  it('are words for tokens', () => {
    expect(right_words({ a: ['read'], b: ['read', 'change'] })).toEqual([
      'a:read',
      'b:read',
      'b:change',
    ])
  })
})
