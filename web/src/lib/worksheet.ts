// SPDX-License-Identifier: Apache-2.0
// The worksheet in memory: records joined with their object and item, filtered, counted, grouped.
import type {
  Verdict,
  Worksheet,
  WorksheetItem,
  WorksheetObject,
  WorksheetRecord,
} from '../api/types'

export interface Row {
  key: string
  object: WorksheetObject
  item: WorksheetItem
  record: WorksheetRecord
  search: string // lower case, all that the search field looks through
}

export type Tally = Record<Verdict, number>

export const empty_tally = (): Tally => ({ 符合: 0, 部分符合: 0, 不符合: 0, 不适用: 0, 待确认: 0 })

export const pending_of = (tally: Tally) => tally['待确认']
export const failed_of = (tally: Tally) => tally['不符合'] + tally['部分符合']
export const pending: Verdict = '待确认'

// A big-data code may stand under two clauses, so the clause belongs to the key of an item.
export const item_key = (item: WorksheetItem) => `${item.code}/${item.clause}`
export const row_key = (object: WorksheetObject, item: WorksheetItem) =>
  `${object.id}/${item_key(item)}`

export function join_rows(sheet: Worksheet): Row[] {
  const rows: Row[] = []
  for (const record of sheet.records) {
    const object = sheet.objects[record.object]
    const item = sheet.items[record.item]
    if (!object || !item) continue
    rows.push({
      key: row_key(object, item),
      object,
      item,
      record,
      search: [
        item.code,
        item.clause,
        item.control_point,
        item.text,
        object.name,
        object.object_class,
        record.text,
        record.reason,
      ]
        .join('\n')
        .toLowerCase(),
    })
  }
  return rows
}

export interface RowFilter {
  verdict: string
  overall: string // verdict of the item over all objects
  layer: string
  object_class: string
  answer: string // machine, person
  q: string
  object: string // id
  item: string // item_key
}

export type RowFilterKey = keyof RowFilter

// `without` leaves one condition out, so that the choices of that filter can be counted.
export function filter_rows(rows: Row[], filter: RowFilter, without?: RowFilterKey[]): Row[] {
  const active = (key: RowFilterKey) => (without?.includes(key) ? '' : filter[key])
  const verdict = active('verdict')
  const overall = active('overall')
  const layer = active('layer')
  const object_class = active('object_class')
  const answer = active('answer')
  const object = active('object')
  const item = active('item')
  const words = active('q').trim().toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(
    (row) =>
      (!verdict || row.record.verdict === verdict) &&
      (!overall || row.item.verdict === overall) &&
      (!layer || row.item.layer === layer) &&
      (!object_class || row.object.object_class === object_class) &&
      (!answer || row.record.machine === (answer === 'machine')) &&
      (!object || row.object.id === object) &&
      (!item || item_key(row.item) === item) &&
      words.every((word) => row.search.includes(word)),
  )
}

export function tally_of(rows: Row[]): Tally {
  const tally = empty_tally()
  for (const row of rows) tally[row.record.verdict] += 1
  return tally
}

export interface Entry {
  id: string
  title: string
  note: string
  tally: Tally
  total: number
}

export interface Group {
  label: string
  entries: Entry[]
}

function group_by(
  rows: Row[],
  group_of: (row: Row) => string,
  entry_of: (row: Row) => Omit<Entry, 'tally' | 'total'>,
): Group[] {
  const groups = new Map<string, Map<string, Entry>>()
  for (const row of rows) {
    const label = group_of(row)
    let entries = groups.get(label)
    if (!entries) groups.set(label, (entries = new Map()))
    const made = entry_of(row)
    let entry = entries.get(made.id)
    if (!entry) entries.set(made.id, (entry = { ...made, tally: empty_tally(), total: 0 }))
    entry.tally[row.record.verdict] += 1
    entry.total += 1
  }
  return [...groups].map(([label, entries]) => ({ label, entries: [...entries.values()] }))
}

export const object_groups = (rows: Row[]) =>
  group_by(
    rows,
    (row) => row.object.object_class,
    (row) => ({ id: row.object.id, title: row.object.name, note: row.object.importance }),
  )

// Groups in the order of the standard, whatever the order of the records.
export function item_groups(rows: Row[], items: WorksheetItem[]): Group[] {
  const position = new Map(items.map((item, index) => [item_key(item), index]))
  const groups = group_by(
    rows,
    (row) => row.item.layer,
    (row) => ({
      id: item_key(row.item),
      title: row.item.code,
      note: `${row.item.control_point} ${row.item.letter}`.trim(),
    }),
  )
  const at = (entry: Entry | undefined) => position.get(entry?.id ?? '') ?? items.length
  for (const group of groups) group.entries.sort((a, b) => at(a) - at(b))
  return groups.sort((a, b) => at(a.entries[0]) - at(b.entries[0]))
}
