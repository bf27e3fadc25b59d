// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { drop_view, keep_view, read_views } from './views'

function memory(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage
}

describe('saved views', () => {
  it('are kept by list and account, replaced by name, dropped', () => {
    const store = memory()
    keep_view('assets', 'a', { name: '服务器', query: { class: '服务器' } }, store)
    keep_view('assets', 'a', { name: '服务器', query: { class: '终端' } }, store)
    expect(read_views('assets', 'a', store)).toEqual([
      { name: '服务器', query: { class: '终端' } },
    ])
    expect(read_views('assets', 'b', store)).toEqual([])
    expect(read_views('filings', 'a', store)).toEqual([])
    expect(drop_view('assets', 'a', '服务器', store)).toEqual([])
  })

  it('survive whatever else stands in the storage', () => {
    const store = memory()
    for (const text of ['{', '7', '[1,{"name":2}]']) {
      store.setItem('dengce.views.a.assets', text)
      expect(read_views('assets', 'a', store)).toEqual([])
    }
  })
})
