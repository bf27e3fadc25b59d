// SPDX-License-Identifier: Apache-2.0
// Uploads of this window. They live beside the pages, so going to another page ends none of them.
import { computed, reactive, ref, shallowRef } from 'vue'
import { ApiError, as_api_error, door } from '../api/client'
import { files_api, uploads_path, type PendingUpload } from '../api/files'
import { is_final, jobs_api } from '../api/jobs'
import { random_key } from './random'
import {
  all_rows_of,
  is_passing,
  is_same_file,
  metadata_of,
  upload_error,
  type Target,
  type UploadRow,
} from './uploads'

type Sender = import('tus-js-client').Upload

// Each piece is a request of its own, which also keeps the session awake.
const piece_bytes = 16 * 1024 * 1024
const retry_delays = [1000, 2000, 5000, 10_000, 20_000]
const job_pause = 1000

const own = reactive<UploadRow[]>([])
const senders = new Map<string, Sender>()
const pending = shallowRef<PendingUpload[]>([])
const failure = shallowRef<ApiError | null>(null)
const taken_in = ref(0) // counts files that stand, for lists that show them
const rows = computed(() => all_rows_of(own, pending.value))

const warn = (event: BeforeUnloadEvent) => event.preventDefault()
function watch_leaving() {
  const busy = own.some((row) => row.state === 'sending' || row.state === 'waiting')
  window[busy ? 'addEventListener' : 'removeEventListener']('beforeunload', warn)
}

function set(row: UploadRow, to: Partial<UploadRow>) {
  Object.assign(row, to)
  watch_leaving()
}

function forget(row: UploadRow) {
  const at = own.findIndex((one) => one.key === row.key)
  if (at >= 0) own.splice(at, 1)
  senders.delete(row.key)
  pending.value = pending.value.filter((one) => one.id !== row.id)
  watch_leaving()
}

async function refresh() {
  try {
    pending.value = (await files_api.pending()).items
  } catch (problem) {
    failure.value = as_api_error(problem)
  }
}

async function attempt(row: UploadRow, body: () => Promise<unknown>) {
  set(row, { error: null })
  try {
    await body()
  } catch (problem) {
    set(row, { state: 'failed', error: as_api_error(problem) })
  }
}

async function follow(row: UploadRow, id: string) {
  for (;;) {
    const job = await jobs_api.one(id)
    set(row, { intake: job.progress })
    if (is_final(job)) {
      if (job.state === 'done') {
        forget(row)
        taken_in.value += 1
      } else {
        set(row, { state: 'failed', error: new ApiError('intake', job.error) })
      }
      return
    }
    await new Promise((done) => window.setTimeout(done, job_pause))
  }
}

const hand_in = (row: UploadRow) =>
  attempt(row, async () => {
    set(row, { state: 'intake', intake: 0 })
    const { kind, system, filing, note } = row.target
    const job = filing
      ? await files_api.hand_in_certificate(filing, { upload: row.id, name: row.name })
      : await files_api.hand_in({ upload: row.id, system_id: system, kind, name: row.name, note })
    await follow(row, job.id)
  })

async function send(row: UploadRow, file: File) {
  const { Upload } = await import('tus-js-client')
  const sender = new Upload(file, {
    endpoint: new URL(uploads_path, window.location.origin).href,
    uploadUrl: row.id ? new URL(`${uploads_path}/${row.id}`, window.location.origin).href : null,
    metadata: metadata_of(row),
    chunkSize: piece_bytes,
    retryDelays: retry_delays,
    // The program itself knows what is unfinished; names of files stay out of the browser's store.
    storeFingerprintForResuming: false,
    onBeforeRequest: (request) => {
      if (request.getMethod() !== 'HEAD') request.setHeader('X-CSRF-Token', door.csrf)
    },
    onAfterResponse: (_request, response) => {
      if (response.getStatus() < 400) door.on_answer()
      if (response.getStatus() === 401) door.on_refused()
    },
    onUploadUrlAvailable: () => {
      const id = sender.url?.split('/').pop() ?? ''
      set(row, { id })
    },
    onProgress: (sent) => set(row, { sent, state: 'sending' }),
    onShouldRetry: (problem) => {
      const again = is_passing(problem.originalResponse?.getStatus() ?? 0)
      if (again) set(row, { state: 'waiting' })
      return again
    },
    onError: (problem) => set(row, { state: 'broken', error: upload_error(problem) }),
    onSuccess: () => {
      set(row, { sent: row.total })
      void hand_in(row)
    },
  })
  senders.set(row.key, sender)
  set(row, { state: 'sending', error: null })
  sender.start()
}

function begin(file: File, target: Target) {
  own.push({
    key: random_key(),
    id: '',
    name: file.name,
    target,
    sent: 0,
    total: file.size,
    modified: String(file.lastModified),
    state: 'sending',
    expires: '',
    intake: 0,
    error: null,
  })
  void send(own[own.length - 1] as UploadRow, file)
}

async function pause(row: UploadRow) {
  await senders.get(row.key)?.abort()
  set(row, { state: 'paused' })
}

function go_on(row: UploadRow) {
  set(row, { state: 'sending', error: null })
  senders.get(row.key)?.start()
}

// An upload the program kept becomes one of this page.
function adopt(row: UploadRow): UploadRow {
  const found = own.find((one) => one.key === row.key)
  if (found) return found
  own.push(row)
  return own[own.length - 1] as UploadRow
}

// False: another file, with which the upload can not go on.
function take_up(row: UploadRow, file: File): boolean {
  if (!is_same_file(row, file)) return false
  void send(adopt(row), file)
  return true
}

async function drop(row: UploadRow) {
  const mine = adopt(row)
  await senders.get(mine.key)?.abort()
  await attempt(mine, async () => {
    try {
      if (mine.id) await files_api.drop(mine.id)
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 404) throw problem
    }
    forget(mine)
  })
}

export function useUploads() {
  return {
    rows,
    failure,
    taken_in,
    refresh,
    begin,
    pause,
    go_on,
    take_up,
    drop,
    hand_in: (row: UploadRow) => hand_in(adopt(row)),
  }
}
