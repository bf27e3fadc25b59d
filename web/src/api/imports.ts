// SPDX-License-Identifier: Apache-2.0
// Spreadsheets in and out: a file is uploaded, its columns are mapped, the preview names every bad
// row, then it is applied as a whole; what an import did can be undone.
import type { ExportNote } from '../lib/export_note'
import type { Page } from './access'
import { address, call, get, part, send, type Query } from './client'

export const import_nouns = ['system', 'filing', 'asset', 'data_item', 'contact'] as const
export type ImportNoun = (typeof import_nouns)[number]
export const import_formats = ['xlsx', 'csv'] as const
export type ImportFormat = (typeof import_formats)[number]

export interface ImportColumn {
  index: number
  head: string
  sample: string[] // the first values of the column
}

export interface ImportField {
  id: string
  label: string // Chinese, the head the template gives it
  required: boolean
}

export interface ImportPreview {
  rows: number
  new: number
  changed: number
  same: number
  duplicate: number
  bad: number
}

export interface ImportResult {
  created: number
  changed: number
  skipped: number
  bad: number
}

export interface ImportProblem {
  line: number // of the sheet, as a spreadsheet program shows it
  field: string // head of the column
  value?: string
  reason: string
}

// Values of rows that have no column of their own for them.
export interface ImportDefaults {
  class?: string | null
  team_id?: string | null
  system_id?: string | null
}

export type ImportState = 'mapping' | 'preview' | 'applied' | 'undone'
// Column index → id of a field, or null: the column is left out.
export type ImportMapping = Record<string, string | null>

export interface Import {
  id: string
  version: number
  noun: ImportNoun
  file_name: string
  state: ImportState
  rows: number
  created: string
  created_by: string
  columns: ImportColumn[]
  fields: ImportField[]
  mapping: ImportMapping
  defaults: ImportDefaults
  preview: ImportPreview | null
  result: ImportResult | null
}
// In the list without columns, fields and mapping.
export type ImportHead = Omit<Import, 'columns' | 'fields' | 'mapping' | 'defaults'>

export interface Undone {
  removed: number
  restored: number
  kept: { id: string; name: string; reason: string }[] // changed since, and therefore left alone
}

const path = (id: string) => `/api/imports/${part(id)}`

export const imports_api = {
  list: (query: Query, signal?: AbortSignal) =>
    get<Page<ImportHead>>(address('/api/imports', query), signal),
  one: (id: string, signal?: AbortSignal) => get<Import>(path(id), signal),
  upload: (noun: ImportNoun, file: File, key: string, signal?: AbortSignal) =>
    call<Import>('POST', address('/api/imports', { noun, file_name: file.name }), {
      file,
      key,
      signal,
    }),
  map: (id: string, mapping: ImportMapping, defaults: ImportDefaults, version: number) =>
    call<Import>('PUT', `${path(id)}/mapping`, { json: { mapping, defaults }, version }),
  problems: (id: string, query: Query, signal?: AbortSignal) =>
    get<Page<ImportProblem>>(address(`${path(id)}/problems`, query), signal),
  apply: (id: string, version: number) =>
    call<Import>('POST', `${path(id)}/apply`, { json: {}, version }),
  undo: (id: string, version: number) =>
    call<Undone>('POST', `${path(id)}/undo`, { json: {}, version }),
  problems_file: async (id: string) => (await send('GET', `${path(id)}/problems.csv`)).blob(),
  template: async (noun: ImportNoun, format: ImportFormat) =>
    (await send('GET', `/api/import/templates/${noun}.${format}`)).blob(),
  export: async (noun: ImportNoun, filter: Query, format: ImportFormat, note: ExportNote) =>
    (await send('POST', '/api/exports', { json: { noun, filter, format, ...note } })).blob(),
}
