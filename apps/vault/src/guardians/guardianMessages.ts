import type { Vault } from '../vault.ts';

type Language = 'zh' | 'en';

/** Brings a dependant the code by which somebody becomes their guardian. No name, nothing about health. */
export function guardianCodeMessage(vault: Vault, language: Language, code: string): string {
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】有人希望成为您的监护人，以便代您出示健康码。如您同意，请把验证码 ${code} 告诉此人，5 分钟内有效；如不同意，请勿告诉任何人。`
    : `${vault.cityName.en} health pass: somebody wants to look after you and show your pass. If you agree, give this person the code ${code}, good for 5 minutes. If not, give it to nobody.`;
}

/** Tells a dependant's phone that somebody is the guardian now, or asks for it. No name, nothing about health. */
export function guardianLinkedMessage(vault: Vault, language: Language, waits: boolean): string {
  if (waits) {
    return language === 'zh'
      ? `【${vault.cityName.zh}健康码】有人申请成为您的监护人。请在健康码的“我的监护人”中查看是谁，并确认或拒绝。`
      : `${vault.cityName.en} health pass: somebody asks to look after you. Open the app under "Who looks after me" to see who it is, and confirm or refuse.`;
  }
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】有人已成为您的监护人，可以在入口代您出示健康码。如非您本人同意，请立即前往登记服务点或致电市民热线。`
    : `${vault.cityName.en} health pass: somebody looks after you now and can show your pass at entrances. If you did not agree, go to a registration desk or call the hotline at once.`;
}

/** Tells a guardian's phone what a desk has done. */
export function guardianAtDeskMessage(vault: Vault, language: Language): string {
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】登记服务点今天为您登记了一位被监护人。如非您本人办理，请致电市民热线。`
    : `${vault.cityName.en} health pass: a registration desk has recorded today that you look after somebody. If you were not there, call the hotline.`;
}
