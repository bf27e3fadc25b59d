// SPDX-License-Identifier: Apache-2.0
// Keyboard in a paged table: arrows move over the rows' buttons, at an edge the page turns.
import { nextTick, type Ref } from 'vue'

export function useRowKeys(
  table: Ref<HTMLElement | null>,
  selector: string,
  turn: (step: number) => Promise<boolean>,
) {
  const buttons = () => [...(table.value?.querySelectorAll<HTMLButtonElement>(selector) ?? [])]

  async function on_key(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return
    const all = buttons()
    const at = all.findIndex((button) => button === document.activeElement)
    if (at < 0) return
    event.preventDefault()
    const next = all[at + step]
    if (next) {
      next.focus()
      return
    }
    if (!(await turn(step))) return
    await nextTick()
    const fresh = buttons()
    fresh[step > 0 ? 0 : fresh.length - 1]?.focus()
  }

  const focus_row = (key: string) =>
    buttons()
      .find((button) => button.dataset.key === key)
      ?.focus()

  return { on_key, focus_row }
}
