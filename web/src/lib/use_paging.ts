// SPDX-License-Identifier: Apache-2.0
// One page of rows; the page stands in the address. All rows are shown while printing, up to a
// number that a printer bears.
import { computed, onBeforeUnmount, ref, type Ref } from 'vue'
import { parse_page } from './address'

export const page_sizes = [50, 100, 200]
const max_printed = 3000

export function usePaging<T>(rows: Ref<readonly T[]>, at: Ref<{ page: string; size: string }>) {
  const printing = ref(false)
  const begin = () => (printing.value = true)
  const end = () => (printing.value = false)
  window.addEventListener('beforeprint', begin)
  window.addEventListener('afterprint', end)
  onBeforeUnmount(() => {
    window.removeEventListener('beforeprint', begin)
    window.removeEventListener('afterprint', end)
  })

  const size = computed(() => {
    const wanted = Number(at.value.size)
    return page_sizes.includes(wanted) ? wanted : (page_sizes[0] ?? 50)
  })
  const pages = computed(() => Math.ceil(rows.value.length / size.value))
  const page = computed(() => parse_page(at.value.page, pages.value))
  const shown = computed(() =>
    printing.value
      ? rows.value.slice(0, max_printed)
      : rows.value.slice((page.value - 1) * size.value, page.value * size.value),
  )
  return { shown, page, pages, size }
}
