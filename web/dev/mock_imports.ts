// SPDX-License-Identifier: Apache-2.0
// Imports and jobs for work on the pages without the program; any file is taken for the same one.
import { page_of, type Answer, type Asked } from './mock_platform.ts'

const ok = (body: unknown, status = 200): Answer => ({ status, body })
const columns = ['设备名称', '所属系统', 'IP', '重要程度', '内部编号'].map((head, index) => ({
  index,
  head,
  sample: [`${head}-1`, `${head}-2`, `${head}-3`],
}))
const fields = [
  { id: 'class', label: '资产类别', required: true },
  { id: 'name', label: '名称', required: true },
  { id: 'systems', label: '所属系统', required: true },
  { id: 'addresses', label: 'IP 地址', required: false },
  { id: 'importance', label: '重要程度', required: false },
  { id: 'location', label: '位置', required: false },
]
const imports: (Record<string, unknown> & { id: string; version: number })[] = []
const problems = [...Array(300)].map((_, i) => ({
  line: 7 + i * 3,
  field: ['所属系统', 'IP', '重要程度'][i % 3],
  value: ['没有的系统', '10.0.0.999', '最高'][i % 3],
  reason: ['没有此系统', '不是 IP 地址', '应为 关键、重要、一般 之一'][i % 3],
}))
const counts = { rows: 5000, new: 4210, changed: 380, same: 90, duplicate: 20, bad: 300 }

export function import_answers({ method, parts, query, body }: Asked): Answer {
  const [kind, id, part] = parts
  if (kind === 'import' || kind === 'exports') return ok({ mock: true })
  if (kind !== 'imports') return null
  if (!id && method === 'GET') return page_of([...imports].reverse(), query)
  if (!id) {
    imports.push({
      id: `i${imports.length + 1}`,
      version: 1,
      noun: query.get('noun'),
      file_name: query.get('file_name'),
      state: 'mapping',
      rows: counts.rows,
      created: new Date().toISOString(),
      created_by: 'manager',
      columns,
      fields,
      mapping: { 0: 'name', 1: 'systems', 2: 'addresses', 3: 'importance', 4: null },
      defaults: {},
      preview: null,
      result: null,
    })
    return ok(imports[imports.length - 1], 201)
  }
  const one = imports.find((each) => each.id === id)
  if (!one) return null
  if (part === 'problems') return page_of(problems, query)
  if (part === 'mapping') Object.assign(one, body, { state: 'preview', preview: counts })
  if (part === 'apply') {
    Object.assign(one, {
      state: 'applied',
      result: { created: 4210, changed: 380, skipped: 110, bad: 300 },
    })
  }
  if (part === 'undo') {
    Object.assign(one, { state: 'undone' })
    return ok({ removed: 4210, restored: 379, kept: [{ id: 'a', name: '示例资产-007', reason: '此后由 manager 修改' }] })
  }
  if (part) one.version += 1
  return ok(one)
}

const jobs = (['running', 'queued', 'done', 'failed', 'cancelled'] as const).map((state, i) => ({
  id: `j${i}`,
  kind: 'document',
  title: `2025版等级测评报告-演示.${i % 2 ? 'pdf' : 'docx'}`,
  state,
  progress: state === 'running' ? 40 : 0,
  step: state === 'running' ? '生成文档' : '',
  error: state === 'failed' ? '未安装 LibreOffice，无法生成 PDF' : '',
  attempts: 1,
  cancel: false,
  created: '2026-11-22T08:00:00Z',
  started: null,
  finished: i > 1 ? '2026-11-22T08:01:00Z' : null,
}))

export function job_answers({ method, parts, query }: Asked): Answer {
  const [kind, id, part] = parts
  if (kind !== 'jobs') return null
  const one = jobs.find((job) => job.id === id)
  if (method === 'POST' && one && part === 'cancel') one.cancel = true
  return id ? (one ? ok(one) : null) : page_of(jobs, query)
}
