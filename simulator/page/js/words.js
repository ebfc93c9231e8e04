// Every word of the page, in each of its languages; {name} is filled in.

const CATALOGUE = {
  zh: {
    title: "流动网格员 · 演示小镇", language: "English", offline: "连接断开，正在重连…", refused: "没有成功（{why}）",
    who: "我是谁", choose: "选择您的身份", search: "按名字或单位找", nobody: "没有这个人", empty_town: "小镇里还没有人。",
    phone: "手机 {n}：{name}", chats: "聊天", back: "返回聊天列表", members: "{n} 人", bot_chat: "机器人", you: "我",
    speaker: "{name}：", no_messages: "还没有消息", typing: "正在输入…", latest: "回到最新", today: "今天", yesterday: "昨天",
    more: "消息操作", reply: "回复", replying: "回复 {name}", edit: "编辑", editing: "正在编辑", edited: "已编辑",
    remove: "删除", deleted: "已删除的消息", copy: "复制", copied: "已复制", reaction: "表情回应",
    cancel: "取消", close: "关闭", ok: "好", opens: "打开链接", slow: "机器人暂时没有回应",
    message: "输入消息", send: "发送", commands: "命令", photo: "照片", enlarge: "放大照片", shelf: "示例照片",
    device: "从设备选照片、视频、语音…", as_file: "作为文件发送（不压缩）", unpick: "去掉第 {n} 张", too_many: "一次最多 10 张",
    place: "位置", map: "网格地图", show_map: "看大图", pin: "图钉：{place}", tap_map: "点一下地图，放下图钉",
    send_place: "发送位置", live_box: "共享实时位置（15 分钟）", move: "移动实时位置",
    start: "开始", restart: "重新开始", start_hint: "机器人要等您先打招呼，才能给您发消息。",
    file: "文件", video: "视频", voice: "语音", video_note: "视频消息", animation: "动图", location: "位置", live: "实时位置", sticker: "表情", contact: "联系人", other: "消息",
    joined: "{who} 加入了群", left: "{who} 离开了群", created: "群已建立", migrated: "本群已升级为超级群",
    pinned: "置顶了一条消息", renamed: "群名改为“{title}”", service: "群有变化",
  },
  en: {
    title: "Roving Grid · Demo Town", language: "中文", offline: "Connection lost, trying again…", refused: "Not done ({why})",
    who: "Who am I", choose: "Choose who you are", search: "Find by name or office", nobody: "Nobody found",
    empty_town: "Nobody lives in this town yet.", phone: "Phone {n}: {name}", chats: "Chats", back: "Back to the chats",
    members: "{n} members", bot_chat: "bot", you: "Me", speaker: "{name}: ", no_messages: "No messages yet",
    typing: "typing…", latest: "To the latest", today: "Today", yesterday: "Yesterday",
    more: "Message actions", reply: "Reply", replying: "Reply to {name}", edit: "Edit", editing: "Editing",
    edited: "edited", remove: "Delete", deleted: "Deleted message", copy: "Copy", copied: "Copied", reaction: "Reaction",
    cancel: "Cancel", close: "Close", ok: "OK", opens: "Opens a link", slow: "The bot has not answered",
    message: "Message", send: "Send", commands: "Commands", photo: "Photo", enlarge: "Enlarge photo",
    shelf: "Sample photos", device: "From this device…", as_file: "Send as file (uncompressed)",
    unpick: "Take out photo {n}", too_many: "At most 10 at once",
    place: "Location", map: "Map of the grids", show_map: "Enlarge", pin: "Pin: {place}",
    tap_map: "Tap the map to drop the pin", send_place: "Send location", live_box: "Share live (15 minutes)",
    move: "Move live location", start: "Start", restart: "Start again",
    start_hint: "The bot may write to you once you have said hello.",
    file: "File", video: "Video", voice: "Voice message", video_note: "Video message", animation: "Moving picture",
    location: "Location", live: "Live location", sticker: "Sticker", contact: "Contact", other: "Message",
    joined: "{who} joined", left: "{who} left", created: "The group was created",
    migrated: "The group became a supergroup", pinned: "A message was pinned", renamed: "The group is now “{title}”",
    service: "The group changed",
  },
};
const KEPT = "language";

export const language = localStorage.getItem(KEPT) === "en" ? "en" : "zh";

export const t = (key, values = {}) =>
  CATALOGUE[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export function switchLanguage() {
  localStorage.setItem(KEPT, language === "en" ? "zh" : "en");
  location.reload();
}

// The town's people read one clock, wherever the browser stands.
const ZONE = "Asia/Shanghai";
const tag = language === "en" ? "en-GB" : "zh-CN";
const clockFace = new Intl.DateTimeFormat(tag, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const dayFace = new Intl.DateTimeFormat(tag, { timeZone: ZONE, month: "long", day: "numeric", weekday: "short" });
const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });

export const clockTime = (seconds) => clockFace.format(seconds * 1000);
export const dayOf = (seconds) => dayKey.format(seconds * 1000);

// Of today the hour, of another day its name.
export const briefTime = (seconds) =>
  dayOf(seconds) === dayOf(Date.now() / 1000) ? clockTime(seconds) : dayName(seconds);

export function dayName(seconds) {
  const now = Date.now() / 1000;
  if (dayOf(seconds) === dayOf(now)) return t("today");
  if (dayOf(seconds) === dayOf(now - 86_400)) return t("yesterday");
  return dayFace.format(seconds * 1000);
}
