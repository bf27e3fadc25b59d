// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Verdict, Worksheet } from '../api/types'
import { filter_rows, item_groups, join_rows, object_groups, tally_of } from './worksheet'

const object = (id: string, object_class: string) => ({
  id,
  object_class,
  name: `演示-${id}`,
  importance: '关键',
  origin: 'live',
  bundle: '',
  selected: true,
})

const item = (code: string, layer: string, clause = '8.1.4.1') => ({
  code,
  clause,
  letter: 'a',
  layer,
  control_point: '身份鉴别',
  extension: 'general',
  text: '口令要求',
  verdict: '符合' as Verdict,
})

const record = (object: number, item: number, verdict: Verdict, machine = true) => ({
  object,
  item,
  verdict,
  text: `记录 PermitRootLogin ${object}${item}`,
  reason: '',
  machine,
})

const sheet: Worksheet = {
  snapshot: 's',
  objects: [object('server', '服务器'), object('room', '物理机房')],
  items: [
    item('L3-PES1-01', '安全物理环境'),
    item('L3-CES1-01', '安全计算环境'),
    item('L3-CES1-01', '安全计算环境', 'H.4'),
  ],
  records: [
    record(0, 2, '待确认'),
    record(0, 1, '不符合'),
    record(1, 0, '符合', false),
    record(7, 0, '符合'),
  ],
}

const none = {
  verdict: '',
  overall: '',
  layer: '',
  object_class: '',
  answer: '',
  q: '',
  object: '',
  item: '',
}
const rows = join_rows(sheet)
const keys = (change: Partial<typeof none>, without?: (keyof typeof none)[]) =>
  filter_rows(rows, { ...none, ...change }, without).map((row) => row.key)

describe('the worksheet', () => {
  it('joins records with objects and items; one that points nowhere is left out', () => {
    expect(rows.map((row) => row.key)).toEqual([
      'server/L3-CES1-01/H.4',
      'server/L3-CES1-01/8.1.4.1',
      'room/L3-PES1-01/8.1.4.1',
    ])
  })

  it('filters by each condition', () => {
    expect(keys({})).toHaveLength(3)
    expect(keys({ verdict: '待确认' })).toEqual(['server/L3-CES1-01/H.4'])
    expect(keys({ overall: '符合' })).toHaveLength(3)
    expect(keys({ overall: '待确认' })).toEqual([])
    expect(keys({ layer: '安全物理环境' })).toEqual(['room/L3-PES1-01/8.1.4.1'])
    expect(keys({ object_class: '服务器' })).toHaveLength(2)
    expect(keys({ answer: 'person' })).toEqual(['room/L3-PES1-01/8.1.4.1'])
    expect(keys({ item: 'L3-CES1-01/8.1.4.1' })).toEqual(['server/L3-CES1-01/8.1.4.1'])
    expect(keys({ object: 'room', verdict: '待确认' })).toEqual([])
    expect(keys({ q: 'permitROOTlogin 口令' })).toHaveLength(3)
    expect(keys({ q: 'permitROOTlogin 别处' })).toEqual([])
  })

  it('counts the choices of a filter without that filter', () => {
    const rest = filter_rows(rows, { ...none, verdict: '符合', object: 'server' }, ['verdict'])
    expect(tally_of(rest)).toEqual({ 符合: 0, 部分符合: 0, 不符合: 1, 不适用: 0, 待确认: 1 })
  })

  it('groups objects by class and items in the order of the standard', () => {
    const objects = object_groups(rows)
    expect(objects.map((group) => [group.label, group.entries.length])).toEqual([
      ['服务器', 1],
      ['物理机房', 1],
    ])
    expect(objects[0]?.entries[0]?.total).toBe(2)
    const items = item_groups(rows, sheet.items)
    expect(items.map((group) => group.label)).toEqual(['安全物理环境', '安全计算环境'])
    expect(items[1]?.entries.map((entry) => entry.id)).toEqual([
      'L3-CES1-01/8.1.4.1',
      'L3-CES1-01/H.4',
    ])
  })
})
