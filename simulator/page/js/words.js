// Every word of the page, in each of its languages; {name} is filled in.

const CATALOGUE = {
  zh: {
    title: "流动网格员 · 演示小镇", language: "English",
    offline: "连接断开，正在重连…", who: "我是谁", choose: "选择您的身份", search: "按名字或单位找",
    nobody: "没有这个人", empty_town: "小镇里还没有人。", phone: "手机 {n}：{name}", back: "返回聊天列表", chats: "聊天",
    members: "{n} 人", bot_chat: "机器人", typing: "正在输入…", no_messages: "还没有消息", latest: "回到最新",
    today: "今天", yesterday: "昨天", edited: "已编辑", more: "消息操作", reply: "回复", edit: "编辑", remove: "删除",
    copy: "复制", copied: "已复制", cancel: "取消", close: "关闭", ok: "好", enlarge: "放大照片", photo: "照片", album: "照片组",
    file: "文件", location: "位置", live: "实时位置", sticker: "表情", contact: "联系人", deleted: "已删除的消息", other: "消息",
    message: "输入消息", send: "发送", save: "保存修改", photos: "照片", place: "位置", commands: "命令", shelf: "示例照片",
    device: "从设备选照片…", as_file: "作为文件发送（不压缩）", picked: "已选 {n} 张", unpick: "去掉第 {n} 张", too_many: "一次最多 10 张",
    tap_map: "点一下地图，放下图钉", send_place: "发送位置", live_box: "共享实时位置（15 分钟）", no_commands: "这里没有命令",
    start: "开始", restart: "重新开始", start_hint: "机器人要等您先打招呼，才能给您发消息。", editing: "正在编辑",
    replying: "回复 {name}", slow: "机器人暂时没有回应", reaction: "表情回应", map: "{place}地图", pin: "图钉：{lat}, {lon}",
    moved: "位置已更新", move: "移动实时位置", joined: "{who} 加入了群", left: "{who} 离开了群", migrated: "本群已升级为超级群",
    created: "群已建立", pinned: "置顶了一条消息", renamed: "群名改为“{title}”", service: "群有变化",
    you: "我", opens: "打开链接", show_map: "看大图",
  },
  en: {
    title: "Roving Grid · Demo Town", language: "中文",
    offline: "Connection lost, trying again…", who: "Who am I", choose: "Choose who you are", search: "Find by name or office",
    nobody: "Nobody found", empty_town: "Nobody lives in this town yet.", phone: "Phone {n}: {name}", back: "Back to the chats", chats: "Chats",
    members: "{n} members", bot_chat: "bot", typing: "typing…", no_messages: "No messages yet", latest: "To the latest",
    today: "Today", yesterday: "Yesterday", edited: "edited", more: "Message actions", reply: "Reply", edit: "Edit", remove: "Delete",
    copy: "Copy", copied: "Copied", cancel: "Cancel", close: "Close", ok: "OK", enlarge: "Enlarge photo", photo: "Photo", album: "Album",
    file: "File", location: "Location", live: "Live location", sticker: "Sticker", contact: "Contact", deleted: "Deleted message", other: "Message",
    message: "Message", send: "Send", save: "Save", photos: "Photos", place: "Location", commands: "Commands", shelf: "Sample photos",
    device: "From this device…", as_file: "Send as file (uncompressed)", picked: "{n} chosen", unpick: "Take out photo {n}", too_many: "At most 10 at once",
    tap_map: "Tap the map to drop the pin", send_place: "Send location", live_box: "Share live (15 minutes)", no_commands: "No commands here",
    start: "Start", restart: "Start again", start_hint: "The bot may write to you once you have said hello.", editing: "Editing",
    replying: "Reply to {name}", slow: "The bot has not answered", reaction: "Reaction", map: "Map of {place}", pin: "Pin: {lat}, {lon}",
    moved: "Location moved", move: "Move live location", joined: "{who} joined", left: "{who} left", migrated: "The group became a supergroup",
    created: "The group was created", pinned: "A message was pinned", renamed: "The group is now “{title}”", service: "The group changed",
    you: "Me", opens: "Opens a link", show_map: "Enlarge",
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

export function dayName(seconds) {
  const now = Date.now() / 1000;
  if (dayOf(seconds) === dayOf(now)) return t("today");
  if (dayOf(seconds) === dayOf(now - 86_400)) return t("yesterday");
  return dayFace.format(seconds * 1000);
}
