// SPDX-License-Identifier: Apache-2.0
// Two collections of a host handed in: what has changed between them, and what it exposes.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const lib = fileURLToPath(new URL('../../lib', import.meta.url))
const packing = `
import sys
sys.path.insert(0, sys.argv[1])
from bundle import MINIMAL, small_bundle
sockets = b"""Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process
tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))
tcp LISTEN 0 128 8.8.4.4:3306 0.0.0.0:* users:(("mysqld",pid=3,fd=3))
"""
accounts = MINIMAL["/etc/passwd"]
if sys.argv[3] == "after":
    accounts += b"toor:x:0:0::/root:/bin/bash\\n"
small_bundle(sys.argv[2], files={**MINIMAL, "/etc/passwd": accounts}, target="示例主机",
             commands={"sockets": ("ss -lntup", sockets)} if sys.argv[3] == "after" else None)
`

export async function collection_cases({ window, check }) {
  const { page, go, get, shot, rows, wide_by } = window
  await check('two collections of a host are handed in, compared and looked at for exposure', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dengce-collections-'))
    const system = (await get('/api/systems?limit=1')).items[0]
    for (const when of ['before', 'after']) {
      const path = join(folder, `${when}.tar.gz`)
      execFileSync('python3', ['-c', packing, lib, path, when])
      await go(`/files?system=${system.id}`)
      await page.locator('.el-select').filter({ has: page.getByRole('combobox', { name: '信息系统' }) }).first().click()
      await page.locator('.el-select-dropdown:visible').getByText(`${system.number} ${system.name}`, { exact: true }).first().click()
      await page.locator('[data-test=choose]').setInputFiles(path)
      await page.getByRole('button', { name: '开始上传' }).click()
      await rows().filter({ hasText: `${when}.tar.gz` }).waitFor()
    }
    rmSync(folder, { recursive: true })
    assert.equal((await get(`/api/collections?system=${system.id}&target=示例主机`)).total, 2)
    await go(`/systems/${system.id}?tab=collections`)
    const changes = page.locator('[data-test=difference]')
    await changes.getByText('toor').first().waitFor()
    await rows().filter({ hasText: 'MySQL' }).filter({ hasText: '8.8.4.4' }).waitFor()
    await rows().filter({ hasText: 'SSH' }).filter({ hasText: '网络内' }).waitFor()
    assert.equal(await wide_by(), 0, 'fits the window')
    await shot('collections')
  })
}
