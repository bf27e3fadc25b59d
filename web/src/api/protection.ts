// SPDX-License-Identifier: Apache-2.0
// Classes of what the platform keeps, and the log of what left it.
import type { Page } from './access'
import { address, get, type Query } from './client'

export interface ProtectionClass {
  id: string
  name: string
  name_en: string
  holds: string
  holds_en: string
  level: string
  level_en: string
  from: 'none' | 'contract_end' | 'made'
  months: number
  reason: string
  reason_en: string
  then: 'destroy' | 'expires' | 'keep'
  asks_purpose: boolean
  watermark: boolean
}

export interface ExportEntry {
  sequence: number
  class: string
  time: string
  login: string
  address: string
  action: string
  object_type: string
  object_name: string
  system_id: string
  system: string
  sm3: string
  purpose: string
  recipient: string
}

export const protection_api = {
  classes: async () =>
    (await get<{ items: ProtectionClass[] }>('/api/protection-classes')).items,
  exports: (query: Query, signal?: AbortSignal) =>
    get<Page<ExportEntry>>(address('/api/exports', query), signal),
  all_exports: (query: Query, signal?: AbortSignal) =>
    get<Page<ExportEntry>>(address('/api/audit/exports', query), signal),
}
