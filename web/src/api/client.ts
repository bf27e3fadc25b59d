// SPDX-License-Identifier: Apache-2.0
// Requests to the program; every failure becomes an ApiError.
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
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly title: string,
    readonly status = 0,
    readonly problems: ProblemLine[] = [],
  ) {
    super(title || code)
    this.name = 'ApiError'
  }
}

type Query = Record<string, string | number | undefined>

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

// The body of a refused request: problem+json, or whatever else stood there.
export function error_of(status: number, body: string): ApiError {
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
    )
  } catch {
    return new ApiError('unreadable', '', status)
  }
}

async function answer(url: string, signal?: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { signal, headers: { Accept: 'application/json, */*' } })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('network', '')
  }
  if (!response.ok) throw error_of(response.status, await response.text())
  return response
}

async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await answer(url, signal)
  try {
    return (await response.json()) as T
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('unreadable', '', response.status)
  }
}

const part = encodeURIComponent

export const api = {
  systems: (signal?: AbortSignal) => get<SystemList>('/api/systems', signal),
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
  file: async (url: string, signal?: AbortSignal) => (await answer(url, signal)).blob(),
}
