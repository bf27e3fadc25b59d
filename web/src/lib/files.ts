// SPDX-License-Identifier: Apache-2.0
// Hands a file the program sent to the browser.
export function save_file(file: Blob, name: string) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
