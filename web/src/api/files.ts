// SPDX-License-Identifier: Apache-2.0
// Files people hand in: resumable uploads (tus), their intake by a job, the list.
import type { ExportNote } from '../lib/export_note'
import type { Page } from './access'
import { address, call, get, part, send, type Query } from './client'
import type { Job } from './jobs'

export const file_kinds = ['bundle', 'photo', 'scan_result', 'document', 'other'] as const

export interface StoredFile {
  id: string
  version: number
  system_id: string
  kind: string
  name: string
  note: string
  length: number
  sha256: string
  sm3: string
  handed_in_by: string
  handed_in: string
}

// What an upload was begun with comes back with it, also in another browser.
export interface PendingUpload {
  id: string
  length: number
  received: number
  expires: string
  metadata: Record<string, string>
}

export const uploads_path = '/api/uploads'
export const content_path = (id: string, note: ExportNote) =>
  address(`/api/files/${part(id)}/content`, { ...note })
const certificate_path = (filing: string) => `/api/filings/${part(filing)}/certificate`
export const certificate_content_path = (filing: string, note: ExportNote) =>
  address(certificate_path(filing), { ...note })

export const files_api = {
  list: (query: Query, signal?: AbortSignal) =>
    get<Page<StoredFile>>(address('/api/files', query), signal),
  one: (id: string) => get<StoredFile>(`/api/files/${part(id)}`),
  remove: (id: string, version: number) => send('DELETE', `/api/files/${part(id)}`, { version }),
  pending: (signal?: AbortSignal) => get<Page<PendingUpload>>(uploads_path, signal),
  drop: (id: string) =>
    send('DELETE', `${uploads_path}/${part(id)}`, { headers: { 'Tus-Resumable': '1.0.0' } }),
  hand_in: (body: unknown) => call<Job>('POST', '/api/files', { json: body }),
  hand_in_certificate: (filing: string, body: unknown) =>
    call<Job>('POST', certificate_path(filing), { json: body }),
}
