// SPDX-License-Identifier: Apache-2.0
// Accounts, sessions, roles and the audit as the program's interface gives them.
import type { ExportNote } from '../lib/export_note'
import { address, call, get, part, send, type Query } from './client'

export interface Page<T> {
  items: T[]
  total: number
  next: string | null
}

export type SignInState = 'signed_in' | 'second_factor' | 'change_password' | 'enroll_second_factor'

export interface Scope {
  everything: boolean
  contracts: string[]
  teams: string[]
  systems: string[]
}

export interface Session {
  state: SignInState
  csrf: string
  account: { id: string; login: string; name: string }
  roles: { id: string; name: string; name_en: string }[]
  rights: Record<string, string[]>
  scope: Scope
  entry_cleared: boolean // false: project data stays closed until the proofs are on record
  idle_expires: string
  expires: string
  second_factor: { enrolled: boolean; required: boolean }
}

export interface Step {
  state: SignInState
  csrf: string
}

export interface OwnSession {
  id: string
  current: boolean
  address: string
  user_agent: string
  opened: string
  last_seen: string
}

export interface Token {
  id: string
  name: string
  rights: string[]
  expires: string | null
}

export type SignInKind = 'local' | 'directory' | 'provider'

export interface Account {
  id: string
  version: number
  login: string
  name: string
  organisation: string
  sign_in: SignInKind
  external_name: string // what the directory or the provider calls the person
  disabled: boolean
  locked?: boolean
  second_factor?: boolean
  roles?: string[]
  scope?: Scope
}

export interface Role {
  id: string
  name: string
  name_en: string
  party: string
  exclusive: boolean
  rights: Record<string, string[]>
}

export interface Roles {
  roles: Role[]
  resources: Record<string, string[]>
}

export interface ScopeTarget {
  kind: 'contract' | 'team' | 'system'
  id: string
  name: string
  parent: string
}

export interface ClearedPerson {
  id: string
  version: number
  login: string
  name: string
  organisation: string
  roles: string[]
  clearance: {
    needed: boolean
    complete: boolean
    proofs: { kind: string; day: string; proof: string; recorded_by: string; recorded: string }[]
  }
}

export interface Clearances {
  kinds: { id: string; name: string; name_en: string }[]
  items: ClearedPerson[]
}

export interface AuditEntry {
  sequence: number
  time: string
  account: string
  login: string
  address: string
  action: string
  object_type: string
  object_id: string
  object_name: string
  before: string
  after: string
  detail: string
  outcome: string
  previous: string
  digest: string
}

export interface Verification {
  ok: boolean
  entries: number
  head: { sequence: number; digest: string }
  sealed: { sequence: number; time: string } | null
  problems: AuditFinding[]
  warnings: AuditFinding[]
}

export interface AuditFinding {
  kind: string
  sequence: number
  reason: string
}

export interface Settings {
  version: string
  database: string
  audit: {
    entries: number
    sealed: { sequence: number; digest: string; time: string } | null
    syslog: string | null
  }
  settings: { name: string; about: string; value: string; source: string }[]
}

export const access_api = {
  settings: (signal?: AbortSignal) => get<Settings>('/api/settings', signal),
  session: () => send('GET', '/api/session'),
  sign_in: (login: string, password: string) =>
    call<Step>('POST', '/api/session', { json: { login, password } }),
  methods: (signal?: AbortSignal) =>
    get<{ directory: boolean; provider: boolean }>('/api/session/methods', signal),
  begin_provider: () =>
    call<{ address: string }>('POST', '/api/session/provider', { json: {} }),
  second_factor: (code: string) =>
    call<Step>('POST', '/api/session/second-factor', { json: { code } }),
  change_password: (current: string, fresh: string) =>
    call<Step>('POST', '/api/session/password', { json: { current, new: fresh } }),
  sign_out: () => send('DELETE', '/api/session'),

  begin_enrolment: () =>
    call<{ secret: string; uri: string }>('POST', '/api/account/second-factor', { json: {} }),
  finish_enrolment: (code: string) =>
    call<{ recovery_codes: string[] }>('PUT', '/api/account/second-factor', { json: { code } }),
  end_enrolment: (code: string) =>
    send('DELETE', '/api/account/second-factor', { json: { code } }),
  own_sessions: (signal?: AbortSignal) =>
    get<{ items: OwnSession[] }>('/api/account/sessions', signal),
  end_session: (id: string) => send('DELETE', `/api/account/sessions/${part(id)}`),
  tokens: (signal?: AbortSignal) => get<{ items: Token[] }>('/api/account/tokens', signal),
  create_token: (body: unknown, key: string) =>
    call<{ token: string }>('POST', '/api/account/tokens', { json: body, key }),
  end_token: (id: string) => send('DELETE', `/api/account/tokens/${part(id)}`),

  accounts: (query: Query, signal?: AbortSignal) =>
    get<Page<Account>>(address('/api/accounts', query), signal),
  account: (id: string, signal?: AbortSignal) =>
    get<Account>(`/api/accounts/${part(id)}`, signal),
  create_account: (body: unknown, key: string) =>
    call<{ id: string; password: string | null }>('POST', '/api/accounts', { json: body, key }),
  change_account: (id: string, body: unknown, version: number) =>
    call<Account>('PATCH', `/api/accounts/${part(id)}`, { json: body, version }),
  reset_password: (id: string) =>
    call<{ password: string }>('POST', `/api/accounts/${part(id)}/password-reset`, { json: {} }),
  unlock: (id: string) => send('POST', `/api/accounts/${part(id)}/unlock`, { json: {} }),
  drop_second_factor: (id: string) =>
    send('DELETE', `/api/accounts/${part(id)}/second-factor`),
  set_roles: (id: string, roles: string[], version: number) =>
    send('PUT', `/api/accounts/${part(id)}/roles`, { json: { roles }, version }),
  set_scope: (id: string, scope: Scope, version: number) =>
    send('PUT', `/api/accounts/${part(id)}/scope`, { json: scope, version }),
  roles: (signal?: AbortSignal) => get<Roles>('/api/roles', signal),
  scope_targets: (signal?: AbortSignal) =>
    get<{ items: ScopeTarget[] }>('/api/scope-targets', signal),
  clearance: (signal?: AbortSignal) => get<Clearances>('/api/clearance', signal),
  set_clearance: (id: string, proofs: unknown[], version: number) =>
    call<ClearedPerson>('PUT', `/api/accounts/${part(id)}/clearance`, { json: { proofs }, version }),

  audit: (query: Query, signal?: AbortSignal) =>
    get<Page<AuditEntry>>(address('/api/audit', query), signal),
  verify_audit: (signal?: AbortSignal) => get<Verification>('/api/audit/verification', signal),
  export_audit: async (note: ExportNote) =>
    (await send('POST', '/api/audit/export', { json: note })).blob(),
}
