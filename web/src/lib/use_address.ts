// SPDX-License-Identifier: Apache-2.0
// Reactive fields of the address; a change replaces the entry in the history, `push` adds one.
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { read_fields, write_fields, type Fields } from './address'

export function useAddress<T extends Fields>(defaults: T) {
  const route = useRoute()
  const router = useRouter()
  // Changes made before the router has caught up build on each other.
  let ahead: Record<string, unknown> | null = null

  const fields: ComputedRef<T> = computed(() => read_fields(route.query, defaults))

  function change(to: Partial<T>, how: 'replace' | 'push' = 'replace') {
    const query = write_fields(ahead ?? route.query, defaults, to)
    ahead = query
    return router[how]({ query, hash: route.hash }).finally(() => {
      if (ahead === query) ahead = null
    })
  }

  return { fields, change }
}
