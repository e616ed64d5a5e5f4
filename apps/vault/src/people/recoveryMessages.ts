import type { Vault } from '../vault.ts';

type Language = 'zh' | 'en';

/** Tells the phone of an account that another device asks for it, and how to stop that. No name, nothing about health. */
export function recoveryMessage(vault: Vault, language: Language, completesAt: Date): string {
  const when = inWords(vault, language, completesAt);
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】有人申请在另一台设备上使用您的健康码，将于${when}生效。如非本人操作，请在原手机的健康码中点按“不是我，立即停止”，或前往登记服务点。`
    : `${vault.cityName.en} health pass: somebody asked for your health pass on another device. It moves on ${when}. If that was not you, open the app on your present device and choose "This was not me: stop it", or go to a registration desk.`;
}

/** Tells the phone of an account that a desk was asked to move it, and how to stop that. No name, nothing about health. */
export function moveAskedMessage(vault: Vault, language: Language, movesAt: Date): string {
  const when = inWords(vault, language, movesAt);
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】有人在登记服务点申请把您的健康码转移到另一台设备，将于${when}生效。如非本人办理，请在原手机的健康码中点按“不是我，立即停止”，或立即致电市民热线。`
    : `${vault.cityName.en} health pass: somebody asked at a registration desk to move your health pass to another device. It moves on ${when}. If that was not you, open the app on your present device and choose "This was not me: stop it", or call the hotline at once.`;
}

/** Tells the phone of an account that it is on another device now. */
export function recoveredMessage(vault: Vault, language: Language): string {
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】您的健康码已转移到另一台设备，原设备上的健康码已失效。如非本人办理，请立即前往登记服务点或致电市民热线。`
    : `${vault.cityName.en} health pass: your health pass is on another device now, and the former one shows it no more. If that was not you, go to a registration desk or call the hotline at once.`;
}

/** Day and time of the city. */
function inWords(vault: Vault, language: Language, moment: Date): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: vault.calendar.timeZone, month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).format(moment);
}
