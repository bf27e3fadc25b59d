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

// Lets the browser itself fetch a file, however large, without holding it in memory.
export function open_file(path: string, name: string) {
  const link = document.createElement('a')
  link.href = path
  link.download = name
  link.click()
}
