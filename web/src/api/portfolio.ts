// SPDX-License-Identifier: Apache-2.0
// The portfolio as the program's interface gives it: contract, teams, systems, filings, assets.
import type { Page } from './access'
import { address, call, get, part, send, type Query } from './client'

export interface Row {
  id: string
  version: number
}

const rows_of = (rows: Row[]) => rows.map(({ id, version }) => ({ id, version }))

// The five calls every noun of the portfolio knows, and those for many rows at once that some know.
export function noun<T extends Row>(path: string) {
  return {
    list: (query: Query, signal?: AbortSignal) => get<Page<T>>(address(path, query), signal),
    one: (id: string, signal?: AbortSignal) => get<T>(`${path}/${part(id)}`, signal),
    create: (body: unknown, key: string) => call<T>('POST', path, { json: body, key }),
    change: (id: string, body: unknown, version: number) =>
      call<T>('PATCH', `${path}/${part(id)}`, { json: body, version }),
    remove: (id: string, version: number) => send('DELETE', `${path}/${part(id)}`, { version }),
    change_many: (rows: Row[], change: unknown) =>
      call('POST', `${path}/bulk`, { json: { rows: rows_of(rows), change } }),
    remove_many: (rows: Row[]) =>
      call('POST', `${path}/bulk-delete`, { json: { rows: rows_of(rows) } }),
  }
}
export type Noun<T extends Row> = ReturnType<typeof noun<T>>

export interface Contract extends Row {
  name: string
  buyer: string
  provider: string | null
  signed_day: string | null
  start_day: string | null
  end_day: string
  ceiling_fen: number
  price_fen: number | null
  terms?: Record<string, unknown>
}

export interface Count {
  total: number
  confirmed: number
}

export interface Coverage extends Count {
  day: string
  minimum: number | null
  warning: string
  by_level: ({ level: number } & Count)[]
  by_team: ({ team_id: string; team: string } & Count)[]
}

export interface Team extends Row {
  number: number
  name: string
}

export interface PortfolioSystem extends Row {
  number: number
  name: string
  team_id: string
  team: string
  level: number
  sag: string
  present: boolean
  confirmed: boolean
  next_change: string | null
}

export const event_kinds = ['join', 'transfer', 'retire', 'level', 'rename', 'confirm'] as const

export interface SystemEvent {
  id: string
  kind: string
  effective_day: string | null
  team_id: string | null
  level: number | null
  sag: string | null
  name: string | null
  reason: string
  confirmed: boolean
  confirmed_day: string | null
  recorded_by: string
  recorded_at: string
}

export interface Module extends Row {
  name: string
  kind: string
  in_scope: boolean
  reason: string
}

export interface Filing extends Row {
  number: string
  name: string
  level: number
  filed_day: string | null
  certificate: { file_name: string; sm3: string; file: string | null } | null
  systems: string[]
}

export interface Conflict {
  kind: string
  filing?: { id: string; number: string; name: string } | null
  system?: { id: string; number: number; name: string } | null
  detail: string
}

export interface AssetClass {
  name: string
  name_head: string // what its name column is called
  columns: string[]
}
export interface AssetClasses {
  items: AssetClass[]
  importances: string[]
}

export interface Asset extends Row {
  class: string
  name: string
  importance: string
  shared: boolean
  location: string
  addresses: string[]
  attributes: Record<string, string>
  systems: string[]
}

export interface DataItem extends Row {
  system_id: string
  name: string
  category: string
  data_class: string
  personal: string
  secret: boolean
  location: string
  volume: string
  measures: string
}

export interface Contact extends Row {
  party: string
  organisation: string
  name: string
  post: string
  phone: string
  email: string
  team_id: string | null
  system_id: string | null
}

export interface RiskNotice extends Row {
  system_id: string
  risks: string
  measures: string
  backup_state: string
  told_day: string
  confirmed_by: string
  confirmed_day: string | null
}

export interface SurveyForm {
  number: string
  name: string
  kind: 'form' | 'table' // one answer a field, or rows of them
  fields: string[]
}

export interface SurveyState {
  form_no: string
  name: string
  answered: boolean
  changed_by: string
  changed_at: string | null
}

export interface SurveyAnswer {
  form_no: string
  rows: Record<string, string>[]
  version: number // 0: not answered yet
}

export interface GradingMatrix {
  standard: string
  objects: string[]
  degrees: string[]
  items: { object: string; degree: string; level: number }[]
}

// What the reader may not see is null.
export interface Overview {
  assets: { by_class: { class: string; count: number }[]; total: number } | null
  systems_untold: number | null
}

export const portfolio_api = {
  overview: (signal?: AbortSignal) => get<Overview>('/api/overview', signal),
  grading: (signal?: AbortSignal) => get<GradingMatrix>('/api/grading-matrix', signal),
  survey_forms: (signal?: AbortSignal) =>
    get<{ items: SurveyForm[] }>('/api/survey-forms', signal),
  surveys: (system: string, signal?: AbortSignal) =>
    get<{ items: SurveyState[] }>(`/api/systems/${part(system)}/survey`, signal),
  survey: (system: string, form: string, signal?: AbortSignal) =>
    get<SurveyAnswer>(`/api/systems/${part(system)}/survey/${part(form)}`, signal),
  answer_survey: (system: string, form: string, rows: SurveyAnswer['rows'], version: number) =>
    call<SurveyAnswer>('PUT', `/api/systems/${part(system)}/survey/${part(form)}`, {
      json: { rows },
      version,
    }),
  contract: (signal?: AbortSignal) => get<Contract>('/api/contract', signal),
  change_contract: (body: unknown, version: number) =>
    call<Contract>('PATCH', '/api/contract', { json: body, version }),
  coverage: (day: string, signal?: AbortSignal) =>
    get<Coverage>(address('/api/contract/coverage', { day }), signal),
  teams: noun<Team>('/api/teams'),
  systems: noun<PortfolioSystem>('/api/systems'),
  history: (id: string, signal?: AbortSignal) =>
    get<{ items: SystemEvent[] }>(`/api/systems/${part(id)}/history`, signal),
  record_event: (id: string, body: unknown, key: string) =>
    call<PortfolioSystem>('POST', `/api/systems/${part(id)}/events`, { json: body, key }),
  modules: (system: string) => ({
    list: (signal?: AbortSignal) =>
      get<{ items: Module[] }>(`/api/systems/${part(system)}/modules`, signal),
    create: (body: unknown, key: string) =>
      call<Module>('POST', `/api/systems/${part(system)}/modules`, { json: body, key }),
    change: (id: string, body: unknown, version: number) =>
      call<Module>('PATCH', `/api/modules/${part(id)}`, { json: body, version }),
    remove: (id: string, version: number) =>
      send('DELETE', `/api/modules/${part(id)}`, { version }),
  }),
  filings: noun<Filing>('/api/filings'),
  set_filing_systems: (id: string, systems: string[], version: number) =>
    call<Filing>('PUT', `/api/filings/${part(id)}/systems`, { json: { systems }, version }),
  conflicts: (signal?: AbortSignal) =>
    get<{ items: Conflict[] }>('/api/filings/conflicts', signal),
  asset_classes: (signal?: AbortSignal) =>
    get<AssetClasses>('/api/asset-classes', signal),
  assets: noun<Asset>('/api/assets'),
  data_items: noun<DataItem>('/api/data-items'),
  contacts: noun<Contact>('/api/contacts'),
  risk_notices: noun<RiskNotice>('/api/risk-notices'),
}

// Every row of a list, for choosing one of them.
export async function all_rows<T>(
  list: (query: Query, signal?: AbortSignal) => Promise<Page<T>>,
  query: Query = {},
): Promise<T[]> {
  const rows: T[] = []
  let after: string | undefined
  do {
    const page = await list({ ...query, limit: 500, after })
    rows.push(...page.items)
    after = page.next ?? undefined
  } while (after)
  return rows
}
