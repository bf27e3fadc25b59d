// SPDX-License-Identifier: Apache-2.0
// Long work in the background, as the program's interface gives it.
import type { ExportNote } from '../lib/export_note'
import type { Page } from './access'
import { address, call, get, part, send, type Query } from './client'

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Job {
  id: string
  kind: string
  title: string
  state: JobState
  progress: number // percent
  step: string
  error: string
  attempts: number
  cancel: boolean // somebody asked for its end
  created: string
  started: string | null
  finished: string | null
  file: { name: string } | null // what it made
}

export const is_final = (job: Job) => job.state !== 'queued' && job.state !== 'running'

const path = (id: string) => `/api/jobs/${part(id)}`

export const jobs_api = {
  list: (query: Query, signal?: AbortSignal) => get<Page<Job>>(address('/api/jobs', query), signal),
  one: (id: string) => get<Job>(path(id)),
  cancel: (id: string) => call<Job>('POST', `${path(id)}/cancel`, { json: {} }),
  file: async (id: string) => (await send('GET', `${path(id)}/file`)).blob(),
  order_document: (
    assessment: string,
    scheme: string,
    format: string,
    snapshot: string,
    note: ExportNote,
    key: string,
  ) =>
    call<Job>(
      'POST',
      address(`/api/assessments/${part(assessment)}/documents/${part(scheme)}/${part(format)}`, {
        snapshot,
      }),
      { json: note, key },
    ),
}
