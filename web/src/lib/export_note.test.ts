// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ask_export, asked } from './export_note'

const answer = (items: object[]) =>
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ items }))))

describe('what an export asks', () => {
  beforeEach(() => {
    answer([
      { id: 'document', asks_purpose: true },
      { id: 'import', asks_purpose: false },
    ])
  })

  it('is purpose and recipient where the class asks', async () => {
    const asking = ask_export('document', '报告')
    await vi.waitFor(() => expect(asked.value?.name).toBe('报告'))
    asked.value?.answer({ purpose: '验收', recipient: '示例甲' })
    expect(await asking).toEqual({ purpose: '验收', recipient: '示例甲' })
    expect(asked.value).toBeNull()
  })

  it('is nothing for a free class', async () => {
    expect(await ask_export('import', '问题清单')).toEqual({ purpose: '', recipient: '' })
    expect(asked.value).toBeNull()
  })

  it('ends an older question when a newer one comes', async () => {
    const older = ask_export('document', '甲')
    await vi.waitFor(() => expect(asked.value?.name).toBe('甲'))
    const newer = ask_export('document', '乙')
    expect(await older).toBeNull()
    await vi.waitFor(() => expect(asked.value?.name).toBe('乙'))
    asked.value?.answer(null)
    expect(await newer).toBeNull()
  })
})
