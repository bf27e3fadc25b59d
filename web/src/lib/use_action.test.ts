// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { ApiError } from '../api/client'
import { useAction } from './use_action'

describe('useAction', () => {
  it('is busy until the work is done', async () => {
    const { busy, error, run } = useAction()
    let finish = () => {}
    const work = run(() => new Promise<void>((done) => (finish = done)))
    expect(busy.value).toBe(true)
    finish()
    await work
    expect(busy.value).toBe(false)
    expect(error.value).toBeNull()
  })

  it('keeps the refusal until it is tried again', async () => {
    const { busy, error, run } = useAction()
    await run(() => Promise.reject(new ApiError('conflict', '已被修改')))
    expect(error.value?.code).toBe('conflict')
    expect(busy.value).toBe(false)
    await run(async () => {})
    expect(error.value).toBeNull()
  })
})
