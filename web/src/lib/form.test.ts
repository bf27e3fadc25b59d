// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import {
  begin_values,
  changed_values,
  created_values,
  foreign_changes,
  missing_fields,
  problems_by_field,
  shown_fields,
  type Field,
} from './form'

const fields: Field[] = [
  { key: 'name', label: '', kind: 'text', required: true },
  { key: 'price', label: '', kind: 'money' },
  { key: 'level', label: '', kind: 'number', required: true },
  { key: 'day', label: '', kind: 'day' },
  { key: 'systems', label: '', kind: 'many' },
  { key: 'reason', label: '', kind: 'area', only: 'old' },
]
const row = { name: '门户', price: 12345, level: 3, day: '2026-07-01', systems: ['a'], reason: '' }

describe('values of a form', () => {
  it('begin with the row, money in yuan, lists as copies', () => {
    const values = begin_values(fields, row)
    expect(values.price).toBe(123.45)
    ;(values.systems as string[]).push('b')
    expect(row.systems).toEqual(['a'])
    expect(begin_values(fields, null)).toEqual({
      name: '',
      price: null,
      level: null,
      day: null,
      systems: [],
      reason: '',
    })
  })

  it('send only what changed, trimmed, money in fen', () => {
    const begin = begin_values(fields, row)
    const values = { ...begin, name: ' 门户 ', price: 0.07, day: null }
    expect(changed_values(fields, begin, values)).toEqual({ price: 7, day: null })
    expect(changed_values(fields, begin, { ...begin })).toEqual({})
  })

  it('leave out what is empty when creating; zero and false are values', () => {
    const check: Field = { key: 'shared', label: '', kind: 'check' }
    expect(
      created_values([...fields, check], { ...begin_values(fields, null), level: 0, shared: false }),
    ).toEqual({ level: 0, shared: false })
  })

  it('name the required ones that are missing', () => {
    expect(missing_fields(fields, { name: '  ', level: 2 })).toEqual(['name'])
  })

  it('ask for some only when creating or only when changing', () => {
    expect(shown_fields(fields, true).map((one) => one.key)).not.toContain('reason')
    expect(shown_fields(fields, false).map((one) => one.key)).toContain('reason')
  })
})

describe('two editors', () => {
  it('sees what the other one changed and I have not', () => {
    const begin = begin_values(fields, row)
    const newest = { ...begin, name: '门户网站', level: 2, day: '2026-08-01' }
    const mine = { ...begin, name: '我的', level: 2 }
    expect(foreign_changes(fields, begin, newest, mine)).toEqual(['name', 'day'])
  })
})

describe('problems of an input', () => {
  const problem = (path: string, field: string, reason: string) => ({ path, line: 0, field, reason })

  it('stand at their field, however it is written', () => {
    expect(
      problems_by_field(
        [
          problem('', 'name', 'a'),
          problem('/level', '', 'b'),
          problem('body', 'body.day', 'c'),
          problem('', 'colour', 'd'),
          problem('', '', 'e'),
        ],
        ['name', 'level', 'day'],
      ),
    ).toEqual({ name: ['a'], level: ['b'], day: ['c'], '': ['colour：d', 'e'] })
  })
})
