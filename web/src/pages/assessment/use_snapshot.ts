// SPDX-License-Identifier: Apache-2.0
// The assessment and snapshot that the address names; no snapshot means the newest.
import { computed } from 'vue'
import { useRoute } from 'vue-router'

export function useSnapshot() {
  const route = useRoute()
  const id = computed(() => String(route.params.id))
  const snapshot = computed(() =>
    typeof route.query.snapshot === 'string' ? route.query.snapshot : '',
  )
  // A link to another page of the same snapshot.
  const link = (page: '' | '/worksheet' | '/documents', query: Record<string, string> = {}) => ({
    path: `/assessments/${id.value}${page}`,
    query: snapshot.value ? { ...query, snapshot: snapshot.value } : query,
  })
  return { id, snapshot, link }
}
