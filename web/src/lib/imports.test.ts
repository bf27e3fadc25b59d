// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { effective_rows, given_fields, is_sheet, mapping_faults, step_of } from './imports'

const fields = [
  { id: 'name', label: '名称', required: true },
  { id: 'class', label: '类别', required: true },
  { id: 'place', label: '位置', required: false },
]

describe('imports', () => {
  it('find a required field without a column and a field with two', () => {
    const faults = mapping_faults(fields, { 0: 'place', 1: 'place', 2: null })
    expect(faults.missing.map((one) => one.id)).toEqual(['name', 'class'])
    expect(faults.twice.map((one) => one.id)).toEqual(['place'])
  })

  it('take a default for a column', () => {
    const faults = mapping_faults(fields, { 0: 'name' }, ['class'])
    expect(faults).toEqual({ missing: [], twice: [] })
    expect(given_fields({ class: '网络设备', system_id: 's1', team_id: null })).toEqual([
      'class', 'classs', 'system', 'systems',
    ])
  })

  it('know their step and what they would change', () => {
    expect(step_of('mapping')).toBe(1)
    expect(step_of('preview')).toBe(2)
    expect(step_of('undone')).toBe(3)
    const preview = { rows: 9, new: 3, changed: 2, same: 1, duplicate: 1, bad: 2 }
    expect(effective_rows({ preview })).toBe(5)
    expect(effective_rows({ preview: null })).toBe(0)
  })

  it('take spreadsheets only', () => {
    expect(['a.XLSX', 'b.csv', 'c.xls', 'd.csv.exe'].map(is_sheet)).toEqual([
      true, true, false, false,
    ])
  })
})
