// SPDX-License-Identifier: Apache-2.0
// The level of a system found by the matrix of harm, and kept with its reasons.
import assert from 'node:assert/strict'

export async function grading_cases({ window, check }) {
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
}
