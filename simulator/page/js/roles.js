// Who the phones show when nobody has chosen: the rider, the department, the leader.

const RIDER = /骑手|rider/i;
const LEADER = /网格长|leader/i;

const eldestFirst = (chats) => [...chats].sort((a, b) => b.id - a.id);

// [{person, chat}] for each of three phones: those it may show, the first one first.
export function casting(town) {
  const people = town.people;
  const groups = eldestFirst(town.chats);
  const groupOf = (person, wanted = () => true) =>
    groups.find((chat) => chat.members.includes(person.id) && wanted(chat));
  const anyChat = (person) => ({ person: person.id, chat: groupOf(person)?.id ?? person.id });
  const riders = people.filter((person) => RIDER.test(person.note ?? "")).map(anyChat);
  const officers = people.flatMap((person) => {
    const chat = person.note && groupOf(person, (one) => one.title.startsWith(person.note));
    return chat ? [{ person: person.id, chat: chat.id }] : [];
  });
  const leaders = people.filter((person) => LEADER.test(person.note ?? "")).map(({ id }) => ({ person: id, chat: id }));
  const anybody = people.map(anyChat);
  const from = (cast, place) => (cast.length ? cast : anybody.slice(place).concat(anybody.slice(0, place)));
  return [from(riders, 0), from(officers, 1), from(leaders, 2)];
}
