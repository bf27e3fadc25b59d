// SPDX-License-Identifier: Apache-2.0
// The clipboard is missing where the page is not served over TLS: then the text is only marked.
export async function copy_text(text: string, shown: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    if (shown) window.getSelection()?.selectAllChildren(shown)
    return false
  }
}
