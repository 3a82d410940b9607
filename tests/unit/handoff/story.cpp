#include "tests/unit/handoff/story.h"

#include "bot/guide/support.h"
#include "bot/risk/detector.h"

#include <doctest/doctest.h>

namespace tsunagi::story {

namespace {

bot::Texts both(const std::string& ja, const std::string& en) { return {{"ja", ja}, {"en", en}}; }

void add(bot::Flow& flow, const std::string& id, bot::NodeBody body)
{
    flow.nodes[NodeId{id}] = {.id = NodeId{id}, .body = std::move(body)};
}

bot::Ask free_text(const std::string& question, const std::string& save, const std::string& next)
{
    bot::Ask ask;
    ask.kind = bot::AskKind::text;
    ask.texts = both(question, question);
    ask.save = save;
    ask.next = NodeId{next};
    return ask;
}

bot::Flow first_contact()
{
    bot::Flow flow;
    flow.id = FlowId{"first-contact"};
    flow.start = NodeId{"hello"};
    add(flow, "hello", bot::Say{both("はじめまして", "Hello"), NodeId{"story"}});
    add(flow, "story", free_text("どうしましたか", "story", "human"));
    bot::Handoff human;
    human.reason = "topic";
    human.texts = both("話してくれてありがとう", "Thank you");
    add(flow, "human", human);
    return flow;
}

bot::Flow coming_back()
{
    bot::Flow flow;
    flow.id = FlowId{"coming-back"};
    flow.start = NodeId{"welcome"};
    add(flow, "welcome", bot::Say{both("おかえりなさい", "Welcome back"), NodeId{"today"}});
    add(flow, "today", free_text("きょうはどうしましたか", "today", "bye"));
    add(flow, "bye", bot::End{both("またどうぞ", "See you")});
    return flow;
}

bot::Catalogue catalogue()
{
    bot::Catalogue texts;
    for (const auto* key : {"queue.entered.nobody", "queue.entered.closed_unknown", "counselor.returned",
                            "timer.bot_idle", "timer.queue_notice", "timer.queue_notice.nobody",
                            "counselor.closed", "followed.again", "flow.failed"})
        texts[key] = both(key, std::string{key} + " en");
    for (const auto* key : {"queue.entered.open", "queue.kept", "back.queue"})
        texts[key] = both(std::string{key} + " {place}", std::string{key} + " en {place}");
    for (const auto* key : {"queue.entered.closed", "queue.kept.closed"})
        texts[key] = both(std::string{key} + " {opening}", std::string{key} + " en {opening}");
    for (const auto* key : {"counselor.joined", "counselor.changed", "back.same_counselor"})
        texts[key] = both(std::string{key} + " {name}", std::string{key} + " en {name}");
    const Lines ja{"日", "月", "火", "水", "木", "金", "土"};
    const Lines en{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    for (std::size_t day = 0; day < ja.size(); ++day)
        texts["time.weekday." + std::to_string(day)] = both(ja[day], en[day]);
    texts["time.format"] =
        both("{month}月{day}日（{weekday}） {hour}:{minute}", "{weekday} {month}/{day}, {hour}:{minute}");
    return texts;
}

bot::Playbook make_playbook()
{
    bot::Playbook book;
    book.desk = DeskId{"mirai"};
    book.version = PlaybookVersion{"0123456789abcdef"};
    book.languages = {"ja", "en"};
    book.entry = FlowId{"first-contact"};
    book.again = FlowId{"coming-back"};
    book.flows = {{book.entry, first_contact()}, {book.again, coming_back()}};
    book.messages = catalogue();
    book.human_words = {"人と話したい"};
    book.unknown_words = {"わからない"};
    book.desk_name = "みらい市 そうだん窓口";
    bot::prepare(book);
    return book;
}

handoff::Counselor counselor(const std::string& id, const std::string& name)
{
    handoff::Counselor counselor;
    counselor.id = CounselorId{id};
    counselor.desk = DeskId{"mirai"};
    counselor.name = name;
    counselor.on_duty = true;
    return counselor;
}

bot::Inbound inbound(bot::InboundContent content, const std::string& message_id)
{
    static int count = 0;
    bot::Inbound inbound;
    inbound.desk = DeskId{"mirai"};
    inbound.event = EventId{"event-" + std::to_string(++count)};
    inbound.from = unknown_person().address;
    inbound.message_id = message_id.empty() ? "" : message_id + "-" + std::to_string(count);
    inbound.sent_at = friday;
    inbound.received_at = friday;
    inbound.content = std::move(content);
    return inbound;
}

// ------------------------------------------------------------------------------------------------ danger

bot::RuleSource rule(const std::string& id, bot::RiskCategory category, int level, const std::string& pattern)
{
    bot::RuleSource rule;
    rule.id = id;
    rule.categories = {category};
    rule.level = level;
    rule.reason = "理由";
    rule.patterns = {{pattern, "test", 1}};
    return rule;
}

std::shared_ptr<const bot::RiskRules> rules()
{
    using enum bot::RiskCategory;
    bot::RiskSource source;
    source.rules = {rule("wish", suicide, 2, "消えたい"),     rule("plan", suicide, 3, "準備をした"), rule("done", medical, 4, "薬を飲んだ"),
                    rule("fear", dv, 2, "夫が怖い"),          rule("choked", dv, 3, "首を絞め"),      rule("beaten", dv, 4, "殴られて血"),
                    rule("who", monitored, 2, "妻は何を"),   rule("followed", stalking, 2, "つけられ"),    rule("sad", suicide, 1, "つらい")};
    auto compiled = bot::compile_risk_rules(source);
    REQUIRE(compiled.ok());
    return std::move(compiled).value();
}

bot::Hotline line(const std::string& id, const std::string& contact, std::vector<std::string> topics, bool at_night = true)
{
    bot::Hotline line;
    line.id = id;
    line.name = {{"ja", id}};
    line.tel = contact;
    line.topics = std::move(topics);
    line.regions = {"all"};
    line.languages = {"ja"};
    line.enabled = true;
    line.hours.kind = bot::LineHours::Kind::always;
    if (!at_night) {
        line.hours.kind = bot::LineHours::Kind::by_rules;
        line.hours.rules = {{.weekdays = {true, true, true, true, true, true, true}, .month_days = {}, .slots = {{9 * 60, 17 * 60}}}};
    }
    return line;
}

bot::Playbook make_watchful()
{
    bot::Playbook book = playbook();
    book.risk = rules();
    std::vector<bot::Hotline> lines{line("ambulance", "LINE-A", {"emergency", "suicide", "medical"}),
                                line("police", "LINE-P", {"emergency", "dv"}),
                                line("listener", "LINE-S", {"suicide"}),
                                line("day", "LINE-D", {"suicide"}, false),
                                line("shelter", "LINE-V", {"dv"}),
                                line("anybody", "LINE-G", {"general"}),
                                line("other", "LINE-H", {"general"})};
    book.support = std::make_shared<const bot::Support>(bot::GuideBook{}, std::move(lines));
    book.messages["safety.line"] = {{"ja", "{name} {contact}"}};
    for (const auto* key : {"safety.lines.open", "safety.lines.emergency", "safety.lines.wish"})
        book.messages[key] = {{"ja", std::string(key) + " {lines}"}};
    book.messages["safety.standing.open"] = {{"ja", "safety.standing.open {place}"}};
    for (const auto* key : {"safety.standing.closed", "safety.quiet.closed"})
        book.messages[key] = {{"ja", std::string(key) + " {opening}"}};
    book.messages["safety.quiet.danger_now"] = {{"ja", "now {contact}"}};
    book.messages["safety.quiet.joined"] = {{"ja", "{name}です"}};
    book.messages["safety.screen.safe"] = {{"ja", "大丈夫"}};
    book.messages["safety.screen.watched"] = {{"ja", "見られるかも"}};
    book.messages["safety.screen.later"] = {{"ja", "あとで"}};
    book.messages["safety.lines.button"] = {{"ja", "相談先を見る"}};
    bot::prepare(book);
    return book;
}

}  // namespace

const bot::Playbook& playbook()
{
    static const auto book = make_playbook();
    return book;
}

const bot::Playbook& watchful()
{
    static const auto book = make_watchful();
    return book;
}

handoff::OpeningHours weekdays()
{
    handoff::OpeningHours hours;
    for (unsigned day = 1; day <= 5; ++day) hours.weekly[day] = {{10 * 60, 17 * 60}};
    return hours;
}

handoff::Counselor sato() { return counselor("C1", "佐藤"); }
handoff::Counselor suzuki() { return counselor("C2", "鈴木"); }
handoff::Counselor supervisor()
{
    auto chief = counselor("C9", "山本");
    chief.role = handoff::Role::supervisor;
    return chief;
}

handoff::DeskView desk(std::uint32_t on_duty, std::uint32_t waiting_ahead)
{
    handoff::DeskView view;
    view.hours = weekdays();
    view.on_duty = on_duty;
    view.waiting_ahead_normal = waiting_ahead;
    return view;
}

bot::Inbound text(const std::string& words) { return inbound(bot::TextReceived{words, ""}, "text"); }
bot::Inbound sticker() { return inbound(bot::StickerReceived{"", {"くま"}}, "sticker"); }
bot::Inbound picture() { return inbound(bot::MediaReceived{}, "picture"); }
bot::Inbound tap(const std::string& data) { return inbound(bot::PostbackReceived{data, {}}, ""); }
bot::Inbound follow() { return inbound(bot::Followed{}, ""); }
bot::Inbound unfollow() { return inbound(bot::Unfollowed{}, ""); }
bot::Inbound unsend(const std::string& message_id) { return inbound(bot::Unsent{message_id}, ""); }
bot::Inbound other(const std::string& type, const std::string& message_id)
{
    return inbound(bot::OtherReceived{type, "{}"}, message_id);
}
bot::Inbound on_standby(bot::Inbound inbound)
{
    inbound.standby = true;
    return inbound;
}

bot::Conversation unknown_person()
{
    bot::Conversation conversation;
    conversation.desk = DeskId{"mirai"};
    conversation.id = ConversationId{"01A"};
    conversation.person = PersonId{"01P"};
    conversation.address = {bot::ChannelKind::line, "line-main", "U-someone"};
    conversation.opened_at = friday;
    return conversation;
}

bot::Conversation greeted(TimePoint now)
{
    const auto greeting = handoff::receive(unknown_person(), follow(), playbook(), desk(), now);
    REQUIRE(said(greeting) == Lines{"はじめまして", "どうしましたか"});
    return greeting.next;
}

bot::Conversation waiting(TimePoint now)
{
    const auto answer = handoff::receive(greeted(now), text("家賃が払えません"), playbook(), desk(), now);
    REQUIRE(answer.next.holder.is_queue());
    return answer.next;
}

bot::Conversation held(const handoff::Counselor& by, TimePoint now)
{
    const auto claimed = handoff::claim(waiting(now), by, playbook(), now);
    REQUIRE(claimed.ok());
    return claimed->next;
}

bot::Conversation closed(const handoff::Counselor& by, TimePoint now)
{
    const auto end = handoff::close(held(by, now), by, "listened", true, playbook(), now, handoff::all_seen);
    REQUIRE(end.ok());
    return end->next;
}

std::vector<bot::Send> sends(const bot::Decision& decision)
{
    std::vector<bot::Send> all;
    for (const auto& effect : decision.effects)
        if (const auto* send = std::get_if<bot::Send>(&effect)) all.push_back(*send);
    return all;
}

Lines said(const bot::Decision& decision)
{
    Lines lines;
    for (const auto& send : sends(decision))
        for (const auto& message : send.messages) lines.push_back(message.text);
    return lines;
}

Lines events(const bot::Decision& decision)
{
    Lines lines;
    for (const auto& entry : decision.log) {
        if (!entry.event || entry.event->name == "event.followed") continue;
        auto line = entry.event->name;
        for (const auto& [name, value] : entry.event->values) line += " " + name + "=" + value;
        lines.push_back(line);
    }
    return lines;
}

std::size_t received(const bot::Decision& decision)
{
    std::size_t count = 0;
    for (const auto& entry : decision.log)
        if (entry.kind == bot::EntryKind::inbound) ++count;
    return count;
}

}  // namespace tsunagi::story
