// SPDX-License-Identifier: Apache-2.0
// Help with grading.
export const grading_zh = {
  grading: {
    note: 'GB/T 22240：按受侵害的客体与程度',
    object: '受侵害的客体',
    objects: {
      '公民、法人和其他组织合法权益': '公民、法人和其他组织合法权益',
      '社会秩序、公共利益': '社会秩序、公共利益',
      国家安全: '国家安全',
    },
    degrees: { 一般损害: '一般损害', 严重损害: '严重损害', 特别严重损害: '特别严重损害' },
    information: '业务信息安全被破坏时',
    service: '系统服务安全被破坏时',
    choose: '为业务信息与系统服务各选出会受侵害的客体及程度；再点一次取消选择。',
    rule: '同一侧取最高一级，系统等级取 S 与 A 中较高者。',
    to_system: '用于已有系统',
    to_new: '用于新建系统',
    remark: '补充说明',
    remark_hint: '所选的客体与程度会自动写入原因，随变更历史保存并记入审计。',
    too_high: '第五级不在本平台的测评范围内，不能用于系统。',
    done: '「{name}」的等级已登记',
    history: '查看变更历史',
  },
}
