// SPDX-License-Identifier: Apache-2.0
// crypto.randomUUID is missing where the page is not served over TLS.
export function random_key(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
