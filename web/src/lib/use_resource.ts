// SPDX-License-Identifier: Apache-2.0
// Something fetched: loading, value or error. A newer request ends the older one; while a value is
// fetched anew the old one stays visible.
import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue'
import { as_api_error, type ApiError } from '../api/client'

export function useResource<T>(
  fetcher: (signal: AbortSignal) => Promise<T>,
  when: WatchSource<unknown>[] = [],
) {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  let running: AbortController | null = null

  async function load() {
    running?.abort()
    const mine = (running = new AbortController())
    loading.value = true
    error.value = null
    try {
      const value = await fetcher(mine.signal)
      if (running === mine) data.value = value
    } catch (problem) {
      if (running !== mine || mine.signal.aborted) return
      data.value = null
      error.value = as_api_error(problem)
    } finally {
      if (running === mine) loading.value = false
    }
  }

  if (when.length > 0) watch(when, load)
  void load()
  onScopeDispose(() => running?.abort())
  return { data, error, loading, load }
}
