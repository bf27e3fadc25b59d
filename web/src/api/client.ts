// SPDX-License-Identifier: Apache-2.0
// Requests to the program; every failure becomes an ApiError.
import type { ExportNote } from '../lib/export_note'
import type {
  Check,
  Derivation,
  DocumentList,
  Evidence,
  ProblemLine,
  RecordDetail,
  Result,
  SystemList,
  Worksheet,
} from './types'

// `code` is the stable word of the program, or "network" / "unreadable" for what never arrived.
// `wait` is the number of seconds after which a refused request may be tried again, 0 if unknown.
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly title: string,
    readonly status = 0,
    readonly problems: ProblemLine[] = [],
    readonly wait = 0,
  ) {
    super(title || code)
    this.name = 'ApiError'
  }
}

export const as_api_error = (problem: unknown) =>
  problem instanceof ApiError ? problem : new ApiError('internal', String(problem))

export type Query = Record<string, string | number | boolean | undefined>

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

// The body of a refused request: problem+json, or whatever else stood there.
export function error_of(status: number, body: string, wait = 0): ApiError {
  try {
    const problem = JSON.parse(body) as {
      code?: string
      title?: string
      problems?: ProblemLine[]
    }
    return new ApiError(
      problem.code ?? 'unreadable',
      problem.title ?? '',
      status,
      Array.isArray(problem.problems) ? problem.problems : [],
      wait,
    )
  } catch {
    return new ApiError('unreadable', '', status)
  }
}

// What the session tells every request, and what requests tell the session.
export const door = {
  csrf: '',
  on_answer: () => {},
  on_refused: () => {},
}

export interface Sent {
  json?: unknown
  file?: Blob
  version?: number // If-Match: the row as it was read
  key?: string // Idempotency-Key: the same creation sent twice is done once
  headers?: Record<string, string>
  signal?: AbortSignal
}

function headers_of(method: string, sent: Sent): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json, */*' }
  if (method !== 'GET' && door.csrf) headers['X-CSRF-Token'] = door.csrf
  if (sent.json !== undefined) headers['Content-Type'] = 'application/json'
  if (sent.file) headers['Content-Type'] = sent.file.type || 'application/octet-stream'
  if (sent.version !== undefined) headers['If-Match'] = `"${sent.version}"`
  if (sent.key) headers['Idempotency-Key'] = sent.key
  return { ...headers, ...sent.headers }
}

export async function send(method: string, url: string, sent: Sent = {}): Promise<Response> {
  const { signal } = sent
  let response: Response
  try {
    response = await fetch(url, {
      method,
      signal,
      headers: headers_of(method, sent),
      body: sent.file ?? (sent.json === undefined ? undefined : JSON.stringify(sent.json)),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('network', '')
  }
  if (!response.ok) {
    if (response.status === 401) door.on_refused()
    const wait = Number(response.headers.get('Retry-After') ?? 0)
    throw error_of(response.status, await response.text(), Number.isFinite(wait) ? wait : 0)
  }
  door.on_answer()
  return response
}

export async function call<T>(method: string, url: string, sent: Sent = {}): Promise<T> {
  const response = await send(method, url, sent)
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch (error) {
    if (sent.signal?.aborted) throw error
    throw new ApiError('unreadable', '', response.status)
  }
}

export const get = <T>(url: string, signal?: AbortSignal) => call<T>('GET', url, { signal })

export const part = encodeURIComponent

export const api = {
  systems: (signal?: AbortSignal) => get<SystemList>('/api/assessments-overview', signal),
  result: (id: string, snapshot: string, signal?: AbortSignal) =>
    get<Result>(address(`/api/assessments/${part(id)}/result`, { snapshot }), signal),
  derivation: (id: string, scheme: string, snapshot: string, signal?: AbortSignal) =>
    get<Derivation>(
      address(`/api/assessments/${part(id)}/derivation/${part(scheme)}`, { snapshot }),
      signal,
    ),
  worksheet: (id: string, snapshot: string, signal?: AbortSignal) =>
    get<Worksheet>(address(`/api/assessments/${part(id)}/worksheet`, { snapshot }), signal),
  record: (
    id: string,
    object: string,
    code: string,
    clause: string,
    snapshot: string,
    signal?: AbortSignal,
  ) =>
    get<RecordDetail>(
      address(`/api/assessments/${part(id)}/records/${part(object)}/${part(code)}`, {
        clause,
        snapshot,
      }),
      signal,
    ),
  evidence: (bundle: string, path: string, line: number, context: number, signal?: AbortSignal) =>
    get<Evidence>(address(`/api/evidence/${part(bundle)}`, { path, line, context }), signal),
  check: (id: string, signal?: AbortSignal) => get<Check>(`/api/checks/${part(id)}`, signal),
  documents: (id: string, snapshot: string, signal?: AbortSignal) =>
    get<DocumentList>(address(`/api/assessments/${part(id)}/documents`, { snapshot }), signal),
  file: async (url: string, note: ExportNote, signal?: AbortSignal) =>
    (await send('POST', url, { json: note, signal })).blob(),
}
