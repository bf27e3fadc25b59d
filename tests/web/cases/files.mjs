// SPDX-License-Identifier: Apache-2.0
// Files handed in over a line that breaks and a page that is loaded anew; certificates of filings.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { note_export } from '../people.mjs'

const megabyte = 1024 * 1024

export async function file_cases({ window, check, base }) {
  const { page, go, get, shot, rows } = window
  const folder = mkdtempSync(join(tmpdir(), 'dengce-files-'))
  const line = await window.context.newCDPSession(page)
  // Bytes a second; 0: no line at all.
  const speed = (upload) =>
    line.send('Network.emulateNetworkConditions', {
      offline: upload === 0,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: upload,
    })
  async function choose(name, option) {
    await page.locator('.el-select').filter({ has: page.getByRole('combobox', { name }) }).first().click()
    const found = page.locator('.el-select-dropdown:visible').getByText(option, { exact: true })
    await found.first().click()
  }
  function made(name, length, start = '') {
    const bytes = Buffer.alloc(length)
    for (let at = 0; at < length; at += 8) bytes.writeDoubleLE(at + length, Math.min(at, length - 8))
    bytes.write(start)
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  }

  await check('a file survives a broken line, a pause and a new page, and arrives whole', () =>
    window.expect_refusals(async () => {
      const system = (await get('/api/systems?limit=1')).items[0]
      const big = made('漏洞扫描结果.zip', 40 * megabyte)
      const other = made('另一个.zip', 3 * megabyte)
      const offsets = []
      page.on('request', (request) => {
        if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']))
      })
      await go('/files')
      await choose('类别', '扫描结果')
      await choose('信息系统', `${system.number} ${system.name}`)
      await page.locator('[data-test=choose]').setInputFiles(big.path)
      await page.getByText('已选 1 个，共 40.0 MiB').waitFor()
      await shot('upload-chosen')
      await speed(6 * megabyte)
      await page.getByRole('button', { name: '开始上传' }).click()
      await page.waitForFunction(() => /上传中 (4[5-9]|[5-9]\d)%/.test(document.body.innerText))
      await speed(0)
      await page.getByText(/线路中断，自动重试/).waitFor()
      await shot('upload-waiting')
      await speed(6 * megabyte)
      await page.getByText(/上传中 \d+%/).waitFor()
      await page.getByRole('button', { name: '暂停上传 漏洞扫描结果.zip' }).click()
      await page.getByText(/已暂停/).waitFor()
      await shot('upload-paused')
      await page.reload()
      await page.getByText(/未传完（已传 \d+%）/).waitFor()
      await shot('upload-stopped')
      const kept = (await get('/api/uploads')).items[0]
      assert.ok(kept.received >= 16 * megabyte && kept.received < kept.length, String(kept.received))
      const again = async (file) => {
        const [chooser] = await Promise.all([
          page.waitForEvent('filechooser'),
          page.getByRole('button', { name: '选择文件续传 漏洞扫描结果.zip' }).click(),
        ])
        await chooser.setFiles(file.path)
      }
      await again(other)
      await page.getByText(/不能接着传/).waitFor()
      offsets.length = 0
      await speed(-1)
      await again(big)
      await rows().filter({ hasText: '漏洞扫描结果.zip' }).waitFor()
      assert.equal(offsets[0], kept.received, 'what had arrived is not sent again')
      const file = (await get('/api/files')).items.find((one) => one.name === '漏洞扫描结果.zip')
      assert.equal(file.sha256, big.sha256)
      assert.equal(file.kind, 'scan_result')
      assert.equal(file.system_id, system.id)
      assert.equal((await get('/api/uploads')).total, 0)
      await shot('files')
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '下载 漏洞扫描结果.zip' }).click().then(() => note_export(page)),
      ])
      assert.ok(readFileSync(await download.path()).equals(big.bytes))
      await go(`/systems/${system.id}?tab=files`)
      await rows().filter({ hasText: '漏洞扫描结果.zip' }).waitFor()
      await shot('system-files')
    }),
  )

  await check('what the intake refuses is told, may be taken in otherwise or given up', async () => {
    const system = (await get('/api/systems?limit=1')).items[0]
    const wrong = made('不是证据包.tar.gz', 4096)
    await go(`/files?system=${system.id}`)
    await choose('信息系统', `${system.number} ${system.name}`)
    await page.locator('[data-test=choose]').setInputFiles(wrong.path)
    await page.getByRole('button', { name: '开始上传' }).click()
    const row = page.locator('[data-test=upload]').filter({ hasText: '不是证据包.tar.gz' })
    await row.getByText('未能入库').waitFor()
    await row.getByRole('alert').waitFor()
    await shot('upload-refused')
    page.once('dialog', (dialog) => dialog.accept())
    await row.getByRole('button', { name: '放弃上传 不是证据包.tar.gz' }).click()
    await row.waitFor({ state: 'detached' })
    assert.equal((await get('/api/uploads')).total, 0)
  })

  await check('the certificate of a filing is handed in, shown and fetched', async () => {
    const system = (await get('/api/systems?limit=1')).items[0]
    const { csrf } = await get('/api/session')
    const created = await window.context.request.post(new URL('/api/filings', base).href, {
      data: { number: '31010000000-26009', name: '示例备案', level: 3, systems: [system.id] },
      headers: { 'X-CSRF-Token': csrf, Origin: new URL(base).origin },
    })
    const filing = await created.json()
    const paper = made('备案证明.pdf', 8192, '%PDF-1.7\n')
    await go(`/filings?q=${encodeURIComponent(filing.number)}`)
    await page.getByRole('button', { name: `为 ${filing.number} 上传备案证明` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('[data-test=choose]').setInputFiles(paper.path)
    await dialog.locator('[data-test=certificate-kept]').getByText('备案证明.pdf').waitFor()
    await shot('certificate')
    await page.keyboard.press('Escape')
    const after = await get(`/api/filings/${filing.id}`)
    assert.equal(after.certificate.file_name, '备案证明.pdf')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: `下载 ${filing.number} 的备案证明` })
        .click()
        .then(() => note_export(page)),
    ])
    assert.ok(readFileSync(await download.path()).equals(paper.bytes))
    const note = new URLSearchParams({ purpose: '核对', recipient: '示例甲' })
    const answer = await window.context.request.get(
      new URL(`/api/filings/${filing.id}/certificate?${note}`, base).href,
    )
    assert.equal(answer.status(), 200)
    assert.ok((await answer.body()).equals(paper.bytes))
    await shot('filing-with-certificate')
  })

  await line.detach()
  rmSync(folder, { recursive: true })
}
