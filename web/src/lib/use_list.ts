// SPDX-License-Identifier: Apache-2.0
// A list that the program filters, sorts and cuts into pages. Filters stand in the address; pages
// are reached by the program's cursors, so going back needs the ones already seen.
import { computed, ref, watch } from 'vue'
import type { Page } from '../api/access'
import type { Query } from '../api/client'
import type { Fields } from './address'
import { useAddress } from './use_address'
import { useResource } from './use_resource'

export const list_sizes = [50, 100, 200]

export function useList<T>(
  fetcher: (query: Query, signal: AbortSignal) => Promise<Page<T>>,
  filters: Fields,
  order = '',
  fixed: () => Query = () => ({}),
) {
  const { fields, change } = useAddress<Fields>({ ...filters, sort: order, size: '50' })
  const cursors = ref<string[]>([]) // of the pages after the first, up to the one shown
  const size = computed(() =>
    list_sizes.includes(Number(fields.value.size)) ? Number(fields.value.size) : 50,
  )
  const asked = computed<Query>(() => {
    const { sort, size: _, ...rest } = fields.value
    return { ...rest, ...fixed(), sort, limit: size.value }
  })
  const resource = useResource((signal) =>
    fetcher({ ...asked.value, after: cursors.value[cursors.value.length - 1] }, signal),
  )
  const { data, load } = resource
  watch(
    () => JSON.stringify(asked.value),
    () => {
      cursors.value = []
      void load()
    },
  )

  const first = computed(() => cursors.value.length * size.value + 1)
  function turn(step: number) {
    if (step < 0) cursors.value = cursors.value.slice(0, -1)
    else if (data.value?.next) cursors.value = [...cursors.value, data.value.next]
    return load()
  }
  const filtered = computed(() =>
    Object.keys(filters).some((key) => fields.value[key] !== filters[key]),
  )
  const reset = () => change({ ...filters })
  return { ...resource, fields, change, cursors, size, first, turn, filtered, reset }
}
