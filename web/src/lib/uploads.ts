// SPDX-License-Identifier: Apache-2.0
// What the list of uploads is made of: those of this page, and those the program still keeps.
import type { PendingUpload } from '../api/files'
import { ApiError, error_of } from '../api/client'

export const max_bytes = 4 * 1024 ** 3

// Where a finished upload goes.
export interface Target {
  kind: string
  system: string // empty for the certificate of a filing
  filing: string
  note: string
}

export type UploadState =
  | 'sending'
  | 'waiting' // for the next try, on its own
  | 'paused'
  | 'broken' // tried in vain, or refused
  | 'stopped' // kept by the program; its file is not open in this page
  | 'whole' // complete, not handed in
  | 'intake'
  | 'failed' // the intake refused it

export interface UploadRow {
  key: string
  id: string // the program's; empty until the upload was created
  name: string
  target: Target
  sent: number
  total: number
  modified: string // time of the file's last change, to know it again
  state: UploadState
  expires: string
  intake: number // percent
  error: ApiError | null
}

export function percent_of(sent: number, total: number): number {
  return total > 0 ? Math.floor((100 * Math.min(sent, total)) / total) : 100
}

export const metadata_of = (row: UploadRow): Record<string, string> => ({
  filename: row.name,
  kind: row.target.kind,
  system: row.target.system,
  filing: row.target.filing,
  note: row.target.note,
  modified: row.modified,
})

export function row_of(pending: PendingUpload): UploadRow {
  const { filename = '', kind = '', system = '', filing = '', note = '', modified = '' } =
    pending.metadata
  return {
    key: pending.id,
    id: pending.id,
    name: filename,
    target: { kind, system, filing, note },
    sent: pending.received,
    total: pending.length,
    modified,
    state: pending.received >= pending.length ? 'whole' : 'stopped',
    expires: pending.expires,
    intake: 0,
    error: null,
  }
}

// The page's own uploads, then those that only the program knows. Uploads begun by other programs
// name no target and are not offered.
export function all_rows_of(own: readonly UploadRow[], pending: readonly PendingUpload[]) {
  const known = new Set(own.map((row) => row.id).filter(Boolean))
  return [
    ...own,
    ...pending
      .filter((one) => !known.has(one.id) && one.metadata.kind)
      .map(row_of),
  ]
}

export const is_same_file = (row: UploadRow, file: { size: number; lastModified: number }) =>
  file.size === row.total && (row.modified === '' || String(file.lastModified) === row.modified)

// What the tus client met: a refusal of the program, or a line that broke.
export function upload_error(problem: unknown): ApiError {
  const response = (
    problem as { originalResponse?: { getStatus(): number; getBody(): string } | null }
  ).originalResponse
  const status = response?.getStatus() ?? 0
  if (!response || status === 0) return new ApiError('network', '')
  return error_of(status, response.getBody())
}

// Worth trying again without being asked: the line, or a server that is busy or starting.
export const is_passing = (status: number) =>
  status === 0 || status === 409 || status === 423 || status === 429 || status >= 500
