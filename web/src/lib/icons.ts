// SPDX-License-Identifier: Apache-2.0
// The sign of each entry of the navigation.
import { Checked, Key, Stamp, User } from '@element-plus/icons-vue'
import type { Component } from 'vue'

export const icons: Record<string, Component> = {
  assessments: Checked,
  accounts: User,
  roles: Key,
  audit: Stamp,
}
