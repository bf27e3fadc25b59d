// SPDX-License-Identifier: Apache-2.0
// Something done at a press of a button: busy while it runs, and why it was refused.
import { ref, shallowRef } from 'vue'
import { as_api_error, type ApiError } from '../api/client'

export function useAction() {
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)

  async function run(body: () => Promise<unknown>) {
    error.value = null
    busy.value = true
    try {
      await body()
    } catch (problem) {
      error.value = as_api_error(problem)
    } finally {
      busy.value = false
    }
  }

  return { busy, error, run }
}
