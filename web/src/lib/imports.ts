// SPDX-License-Identifier: Apache-2.0
// The steps of an import, and what is wrong with a mapping before the program is asked.
import type {
  Import,
  ImportDefaults,
  ImportField,
  ImportHead,
  ImportMapping,
  ImportState,
} from '../api/imports'

export const import_steps = ['upload', 'mapping', 'preview', 'done'] as const

// The step a reader stands at; "upload" is behind everything the program has kept.
export const step_of = (state: ImportState) =>
  state === 'mapping' ? 1 : state === 'preview' ? 2 : 3

export interface MappingFaults {
  missing: ImportField[] // required, but no column gives it
  twice: ImportField[] // more than one column gives it
}

export function mapping_faults(
  fields: readonly ImportField[],
  mapping: ImportMapping,
  given: readonly string[] = [], // by the defaults of the import
): MappingFaults {
  const times = new Map<string, number>()
  for (const id of Object.values(mapping)) if (id) times.set(id, (times.get(id) ?? 0) + 1)
  return {
    missing: fields.filter((one) => one.required && !times.has(one.id) && !given.includes(one.id)),
    twice: fields.filter((one) => (times.get(one.id) ?? 0) > 1),
  }
}

// Fields that a value chosen once for all rows fills: "system_id" is "system", or one of "systems".
export const given_fields = (defaults: ImportDefaults) =>
  Object.entries(defaults)
    .filter(([, value]) => value)
    .map(([key]) => key.replace(/_id$/, ''))
    .flatMap((key) => [key, `${key}s`])

// What applying will do: rows that change something.
export const effective_rows = (one: Pick<Import, 'preview'>) =>
  (one.preview?.new ?? 0) + (one.preview?.changed ?? 0)

export const state_tone = (state: ImportHead['state']) =>
  (({ mapping: 'info', preview: 'warning', applied: 'success', undone: 'info' }) as const)[state]

// Files the program reads; what else is chosen is refused before it is sent.
export const is_sheet = (name: string) => /\.(xlsx|csv)$/i.test(name)
