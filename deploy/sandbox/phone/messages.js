// Every word a person reads on this page.
export const words = {
    pageTitle: '練習用の電話',
    notice: 'LINEの代わり（練習用）',
    noticeLong: 'この画面はLINEではありません。電話もメッセージも、本物の相手には届きません。',
    addPhone: '電話をふやす',
    closePhone: 'この電話を閉じる',
    offline: 'つながっていません。つなぎ直しています…',

    whose: 'だれの電話を使いますか',
    existingPeople: 'いままでの人',
    newPerson: '新しい人',
    name: '表示名',
    exampleNames: ['さくら', 'ゆき', 'みほ', 'あおい', 'はるか'],
    language: '電話の言葉',
    create: 'この人で友だち追加する',
    blockedMark: 'ブロック中',

    chooseOther: '別の人にかえる',
    more: 'メニュー',
    block: 'ブロックする',
    unblock: 'ブロックを解除する',
    blockedBar: 'ブロックしています。メッセージは届きません。',
    addFriend: '友だち追加する',
    strangerBar: 'まだ友だちではありません。',

    log: 'トーク',
    compose: 'メッセージを入力',
    send: '送信',
    attach: '画像や位置情報を送る',
    sendImage: '画像',
    sendFile: 'ファイル',
    sendLocation: '位置情報（見本）',
    stickers: 'スタンプ',
    richMenu: 'メニュー',
    read: '既読',
    silent: '通知なし',
    loading: '相手が入力しています',
    newMessages: '新しいメッセージ',

    messageMenu: 'このメッセージの操作',
    unsend: '送信を取り消す',
    quote: 'リプライ',
    cancelQuote: 'リプライをやめる',
    quoted: 'リプライ元',
    quotedGone: 'もとのメッセージは見られません',
    unsentByMe: 'メッセージの送信を取り消しました',
    followed: '友だちに追加しました',
    unfollowed: 'ブロックしました',

    image: '画像',
    video: '動画',
    audio: '音声',
    file: 'ファイル',
    location: '位置情報',
    sticker: 'スタンプ',
    coupon: 'クーポン',
    imagemap: '画像のメニュー',
    unknownMessage: 'この電話では表示できないメッセージです',
    mediaGone: 'データが残っていません',

    pickDate: '日付を選ぶ',
    pickTime: '時刻を選ぶ',
    pickDatetime: '日時を選ぶ',
    decide: '決定',
    cancel: 'やめる',
    close: '閉じる',

    noCall: '練習用の画面なので、電話はかかりません。',
    noLineLink: 'LINEの中の画面は、練習では開けません。',
    noCamera: '練習ではカメラの代わりに画像を選びます。',
    copied: 'コピーしました。',
    failed: 'うまくいきませんでした。もう一度ためしてください。',
    tooLarge: '大きすぎます。20MBまで送れます。',
    sampleTitle: 'みらい市役所（見本）',
    sampleAddress: 'みらい市中央1-1',
};

/** The languages a phone may be set to, in their own words: LINE's profile tells the bot this tag. */
export const languages = [
    ['ja', '日本語'], ['en', 'English'], ['zh-CN', '中文（简体）'], ['zh-TW', '中文（繁體）'], ['ko', '한국어'],
    ['vi', 'Tiếng Việt'], ['pt', 'Português'], ['tl', 'Filipino'], ['es', 'Español'], ['ne', 'नेपाली'], ['th', 'ไทย'],
    ['id', 'Bahasa Indonesia'],
];

/** The stickers of the practice phone: what each says, and the words the webhook carries for it. */
export const stickers = [
    { id: '1', face: 'smile', label: 'こんにちは', keywords: ['こんにちは', 'あいさつ'] },
    { id: '2', face: 'thanks', label: 'ありがとう', keywords: ['ありがとう', '感謝'] },
    { id: '3', face: 'ok', label: 'わかりました', keywords: ['OK', '了解', 'わかりました'] },
    { id: '4', face: 'please', label: 'お願いします', keywords: ['お願い', 'お願いします'] },
    { id: '5', face: 'cry', label: 'つらい', keywords: ['泣く', '悲しい', 'つらい'] },
    { id: '6', face: 'worry', label: 'どうしよう', keywords: ['困った', '不安', 'どうしよう'] },
    { id: '7', face: 'angry', label: 'もうっ', keywords: ['怒り', 'イライラ'] },
    { id: '8', face: 'sleep', label: 'おやすみ', keywords: ['おやすみ', '眠い'] },
];

const tokyo = { timeZone: 'Asia/Tokyo' };
const clock = new Intl.DateTimeFormat('ja-JP', { ...tokyo, hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('ja-JP', { ...tokyo, month: 'long', day: 'numeric', weekday: 'short' });

export const timeOf = (ms) => clock.format(ms);
export const dayOf = (ms) => day.format(ms);
