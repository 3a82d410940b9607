#include "tests/simulation/desk_config.h"

#include "bot/risk/rules.h"
#include "tests/simulation/plan.h"

#include <stdexcept>

namespace tsunagi::simulation {
namespace {

void add(bot::Flow& flow, const std::string& id, bot::NodeBody body)
{
    flow.nodes[NodeId{id}] = {.id = NodeId{id}, .body = std::move(body), .line = 1};
}

bot::Texts ja(const std::string& text) { return {{"ja", text}}; }

bot::Ask free_text(const std::string& question, const std::string& save, const std::string& next)
{
    bot::Ask ask;
    ask.kind = bot::AskKind::text;
    ask.texts = ja(question);
    ask.save = save;
    ask.next = NodeId{next};
    return ask;
}

bot::Flow first_contact()
{
    bot::Flow flow;
    flow.id = FlowId{"first-contact"};
    flow.start = NodeId{"hello"};
    add(flow, "hello", bot::Say{ja("こんにちは"), NodeId{"story"}});
    add(flow, "story", free_text("どうしましたか", "story", "with"));
    bot::Ask with;
    with.kind = bot::AskKind::choice;
    with.texts = ja("だれと暮らしていますか");
    with.save = "with";
    for (const char* id : {"children", "alone"}) {
        bot::Choice choice;
        choice.id = id;
        choice.labels = ja(id);
        with.choices.push_back(std::move(choice));
    }
    with.optional = true;
    with.next = NodeId{"more"};
    add(flow, "with", with);
    add(flow, "more", free_text("ほかには？", "more", "back"));
    bot::Summary back;
    back.before = ja("こう聞きました");
    back.titles = {{"story", ja("お話")}, {"with", ja("暮らし")}, {"more", ja("ほか")}};
    back.after = ja("ありがとうございます");
    back.next = NodeId{"human"};
    add(flow, "human", bot::Handoff{.reason = "topic", .skills = {}, .priority = bot::Priority::normal, .texts = ja("つなぎます")});
    add(flow, "back", back);
    return flow;
}

bot::Flow coming_back()
{
    bot::Flow flow;
    flow.id = FlowId{"coming-back"};
    flow.start = NodeId{"today"};
    add(flow, "today", free_text("おかえりなさい。きょうは？", "today", "bye"));
    add(flow, "bye", bot::End{ja("またどうぞ")});
    return flow;
}

/// One kind of danger, whose words must arrive.
std::shared_ptr<const bot::RiskRules> rules()
{
    bot::RuleSource overdose;
    overdose.id = "overdose";
    overdose.categories = {bot::RiskCategory::suicide};
    overdose.level = 4;
    overdose.reason = "danger to life";
    overdose.patterns = {{std::string(danger_words), "simulation", 1}};
    bot::RiskSource source;
    source.rules = {overdose};
    auto compiled = bot::compile_risk_rules(source);
    if (!compiled.ok()) throw std::runtime_error("the rules of danger cannot be compiled");
    return std::move(compiled).value();
}

}  // namespace

config::Loaded simulated_config()
{
    config::Loaded config;
    config.server.master_key = std::string(64, 'a');
    config::DeskConfig desk;
    desk.id = DeskId{"mirai"};
    desk.name = "みらい";
    desk.languages = {"ja"};
    config::LineChannel channel;
    channel.name = "line-main";
    channel.secrets = {"secret"};
    for (auto& day : channel.hours.weekly) day = {{0, 1440}};
    channel.hours.closed_on_public_holidays = false;
    desk.line_channels.push_back(channel);
    // Shorter than a real desk's, so that they come due between acts.
    desk.wake = {.bot_idle = std::chrono::minutes{20}, .counselor_idle = std::chrono::minutes{5}, .queue_notice = std::chrono::minutes{10}};
    config.desks.push_back(desk);

    bot::Playbook playbook;
    playbook.desk = desk.id;
    playbook.version = PlaybookVersion{"0123456789abcdef"};
    playbook.languages = {"ja"};
    playbook.entry = FlowId{"first-contact"};
    playbook.again = FlowId{"coming-back"};
    playbook.flows = {{playbook.entry, first_contact()}, {playbook.again, coming_back()}};
    playbook.human_words = {"人と話したい"};
    playbook.unknown_words = {"わからない"};
    playbook.desk_name = desk.name;
    for (const char* key : {"queue.entered.open", "queue.entered.nobody", "queue.kept", "counselor.joined", "counselor.returned",
                            "counselor.closed", "counselor.changed", "back.same_counselor", "back.queue", "followed.again", "timer.bot_idle",
                            "timer.queue_notice", "timer.queue_notice.nobody"})
        playbook.messages[key] = ja(std::string(key) + " {name}{place}");
    for (const char* key : {"safety.kind.life", "safety.lines.none", "safety.standing.open", "safety.standing.nobody", "safety.where"})
        playbook.messages[key] = ja(std::string(key) + " {place}");
    playbook.risk = rules();
    bot::prepare(playbook);
    config.playbooks.emplace(desk.id, std::make_shared<const bot::Playbook>(std::move(playbook)));
    config.sources[desk.id] = {{"flows/first-contact.yaml", "flow: first-contact"}};
    return config;
}

}  // namespace tsunagi::simulation
