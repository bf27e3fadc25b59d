// SPDX-License-Identifier: Apache-2.0
// The level of a system found by the matrix of harm, and kept with its reasons.
import assert from 'node:assert/strict'

export async function grading_cases({ window, check, base }) {
  const { page, go, get, shot, query } = window
  const drawer = page.getByRole('dialog')
  const press = (side, object, degree) =>
    page.getByRole('button', { name: `${side} ${object} ${degree}`, exact: true }).click()

  await check('harm chosen in the matrix becomes the level of a system, with its reasons', async () => {
    const system = (await get('/api/systems?limit=500')).items.find((one) => one.level === 2 && one.present)
    await go(`/grading?system=${system.id}`)
    await page.getByText('再点一次取消选择').waitFor()
    await press('业务信息安全被破坏时', '社会秩序、公共利益', '严重损害')
    await press('业务信息安全被破坏时', '公民、法人和其他组织合法权益', '特别严重损害')
    await press('系统服务安全被破坏时', '社会秩序、公共利益', '一般损害')
    const grade = page.locator('[data-test=grade]')
    await grade.getByText('S3A2 · 第三级').waitFor()
    assert.equal(query().get('s'), '21-')
    await page.reload()
    await grade.getByText('S3A2 · 第三级').waitFor()
    await shot('grading')
    await press('系统服务安全被破坏时', '国家安全', '特别严重损害')
    await page.getByText(/第五级不在本平台/).waitFor()
    assert.ok(await grade.getByRole('button', { name: '用于已有系统' }).isDisabled())
    await press('系统服务安全被破坏时', '国家安全', '特别严重损害')
    await grade.getByRole('button', { name: '用于已有系统' }).click()
    const day = drawer.getByLabel('生效日期')
    await day.fill(new Date().toISOString().slice(0, 10))
    await day.press('Enter')
    await drawer.getByLabel('补充说明').fill('面向公众提供服务')
    await shot('grading-form')
    await drawer.getByRole('button', { name: '保存' }).click()
    await page.getByRole('link', { name: '查看变更历史' }).click()
    await page.getByText('面向公众提供服务').waitFor()
    const last = (await get(`/api/systems/${system.id}/history`)).items.at(-1)
    assert.deepEqual([last.kind, last.level, last.sag], ['level', 3, 'S3A2'])
    assert.match(last.reason, /业务信息（S3）：.*社会秩序、公共利益：严重损害/)
    await shot('grading-history')
  })

  await check('many assets are changed at once, or none of them', () =>
    window.expect_refusals(async () => {
      const { csrf } = await get('/api/session')
      const send = async (method, path, data, more = {}) => {
        const answer = await window.context.request.fetch(new URL(path, base).href, {
          method,
          data,
          headers: { 'X-CSRF-Token': csrf, Origin: new URL(base).origin, ...more },
        })
        assert.ok(answer.ok(), `${method} ${path}: ${answer.status()}`)
        return answer.json()
      }
      const made = []
      for (const name of ['批量一', '批量二', '批量三']) {
        made.push(await send('POST', '/api/assets', { class: '服务器/存储设备', name, location: name }))
      }
      await go(`/assets?q=${encodeURIComponent('批量')}`)
      const tick = (name) =>
        page.locator('.el-table__body tr').filter({ hasText: name }).locator('.el-checkbox').first().click()
      await tick('批量一')
      await tick('批量三')
      await page.getByText('已选 2 条').waitFor()
      await shot('bulk-selected')
      await send('PATCH', `/api/assets/${made[2].id}`, { importance: '一般' }, { 'If-Match': '"1"' })
      await page.getByRole('button', { name: '修改所选' }).click()
      const set = async () => {
        await drawer.locator('.el-select').first().click()
        await page.locator('.el-select-dropdown:visible').getByText('物理位置', { exact: true }).click()
        await drawer.getByLabel('物理位置').fill('乙机房')
        await drawer.getByRole('button', { name: '保存' }).click()
      }
      await set()
      await drawer.getByRole('alert').getByText('批量三').waitFor()
      await shot('bulk-refused')
      assert.equal((await get(`/api/assets/${made[0].id}`)).version, 1)
      await page.reload()
      await tick('批量一')
      await tick('批量三')
      await page.getByRole('button', { name: '修改所选' }).click()
      await set()
      await drawer.waitFor({ state: 'hidden' })
      for (const [i, location] of ['乙机房', '批量二', '乙机房'].entries()) {
        assert.equal((await get(`/api/assets/${made[i].id}`)).location, location)
      }
    }),
  )
}
