// SPDX-License-Identifier: Apache-2.0
import type { grading_zh } from './grading.zh'

export const grading_en: typeof grading_zh = {
  grading: {
    note: 'GB/T 22240: by what is harmed and how badly',
    object: 'Harmed',
    objects: {
      '公民、法人和其他组织合法权益': 'Rights of citizens and organisations',
      '社会秩序、公共利益': 'Social order, public interest',
      国家安全: 'National security',
    },
    degrees: { 一般损害: 'Ordinary harm', 严重损害: 'Serious harm', 特别严重损害: 'Very serious harm' },
    information: 'When business information is damaged',
    service: 'When the service of the system is damaged',
    choose: 'Choose for information and for service what would be harmed and how badly; press again to take a choice back.',
    rule: 'Each side takes its highest level, the system the higher one of S and A.',
    to_system: 'Use for a system',
    to_new: 'Use for a new system',
    remark: 'Remark',
    remark_hint: 'What was chosen is written into the reason, kept in the history and audited.',
    too_high: 'Level 5 is out of the reach of this platform and cannot be given to a system.',
    done: 'The level of “{name}” is recorded',
    history: 'Open its history',
  },
}
