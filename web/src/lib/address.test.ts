// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { next_sort, parse_page, parse_sort, read_fields, write_fields } from './address'

const defaults = { q: '', level: '', sort: 'number', page: '1' }

describe('fields in the address', () => {
  it('come back as they were written', () => {
    const query = write_fields({}, defaults, { q: '门户 a&b=c', level: '3' })
    const again = Object.fromEntries(new URLSearchParams(new URLSearchParams(query).toString()))
    expect(read_fields(again, defaults)).toEqual({ ...defaults, q: '门户 a&b=c', level: '3' })
  })

  it('leave no trace when they are at their default', () => {
    expect(write_fields({ level: '3', page: '4' }, defaults, { level: '', page: '1' })).toEqual({})
  })

  it('leave the fields of others alone', () => {
    expect(write_fields({ snapshot: 's1', q: 'x' }, defaults, { q: '' })).toEqual({
      snapshot: 's1',
    })
  })

  it('survive odd input', () => {
    expect(read_fields({ q: ['a', 'b'], level: null, sort: undefined }, defaults)).toEqual({
      ...defaults,
      q: 'b',
    })
  })
})

describe('sort', () => {
  const keys = ['number', 'name']

  it('is parsed, unknown keys fall back', () => {
    expect(parse_sort('-name', keys, 'number')).toEqual({ key: 'name', descending: true })
    expect(parse_sort('-secret', keys, 'number')).toEqual({ key: 'number', descending: false })
  })

  it('goes up, down, back', () => {
    let text = 'number'
    const press = (key: string) =>
      (text = next_sort(parse_sort(text, keys, 'number'), key, 'number'))
    expect([press('name'), press('name'), press('name')]).toEqual(['name', '-name', 'number'])
    expect([press('number'), press('number')]).toEqual(['-number', 'number'])
  })
})

describe('page', () => {
  it('stays inside', () => {
    expect(['1', '3', '9', '0', '-1', 'x', ''].map((text) => parse_page(text, 3))).toEqual([
      1, 3, 3, 1, 1, 1, 1,
    ])
    expect(parse_page('2', 0)).toBe(1)
  })
})
