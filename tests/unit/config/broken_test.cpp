// Kinds of broken config. Each row breaks the minimal config in one place and says which one problem must be told:
// file, line, what, and how to mend it.
#include "tests/unit/config/folder.h"

#include <doctest/doctest.h>

using namespace tsunagi::config;

namespace {

const std::string desk = "desks/demo/desk.yaml";
const std::string first = "desks/demo/flows/first.yaml";
const std::string talk = "desks/demo/flows/talk.yaml";
const std::string back = "desks/demo/flows/back.yaml";
const std::string messages = "messages/base.yaml";
const std::string server = "tsunagi.yaml";

struct Patch {
    std::string file;
    std::string from; ///< empty: the whole file is `to`
    std::string to;
};

constexpr const char* removed = "(removed)"; // as Patch::to: the file is taken away

struct Broken {
    std::string kind;
    std::vector<Patch> patches;
    std::string file; ///< where the problem is
    std::string at;   ///< words on its line; `@3` is line 3; empty: the problem has no line
    std::string what; ///< part of it
    std::string mend; ///< part of it
    bool warning = false;
};

void check_told(const Broken& broken)
{
    ConfigFolder folder;
    for (const auto& patch : broken.patches) {
        if (patch.to == removed)
            std::filesystem::remove(folder.path() / patch.file);
        else if (patch.from.empty())
            folder.write(patch.file, patch.to);
        else
            folder.replace(patch.file, patch.from, patch.to);
    }
    const auto loaded = folder.load();
    CAPTURE(broken.kind);
    CAPTURE(told(loaded.problems));
    REQUIRE(loaded.problems.size() == 1);
    const auto& problem = loaded.problems.front();
    CHECK(problem.file == folder.shown(broken.file));
    CHECK(problem.line ==
          (broken.at.starts_with('@') ? std::stoi(broken.at.substr(1)) : folder.line_of(broken.file, broken.at)));
    CHECK(problem.what.find(broken.what) != std::string::npos);
    CHECK(problem.mend.find(broken.mend) != std::string::npos);
    CHECK(problem.warning == broken.warning);
    CHECK(loaded.ok() == broken.warning);
}

void check_each(const std::vector<Broken>& kinds)
{
    for (const auto& broken : kinds) check_told(broken);
}

std::string times(const std::string& text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

/// A flow that runs another and comes back.
std::string nested(const std::string& name, const std::string& inner)
{
    return "flow: " + name + "\nstart: a\nnodes:\n  a:\n    go: " + inner + "\n    next: b\n  b:\n    end: {}\n";
}

/// Nodes s1, s2 … that each say something, or set an answer; the last leads to the one after it.
std::string chain(int count, const std::string& what)
{
    std::string all;
    for (int i = 1; i <= count; ++i)
        all += "  s" + std::to_string(i) + ":\n    " + what + "\n    next: s" + std::to_string(i + 1) + "\n";
    return all;
}
std::string says(int count) { return chain(count, "say: {ja: あ, en: a}"); }
std::string sets(int count) { return chain(count, "set: {seen: \"1\"}"); }

std::string many_choices(int count)
{
    std::string all = "choices:\n";
    for (int i = 0; i < count; ++i) {
        const std::string name = "c" + std::to_string(i);
        all += "      - {id: " + name + ", label: {ja: " + name + ", en: " + name + "}}\n";
    }
    return all;
}

} // namespace

// A row a kind, on one line.
// clang-format off
TEST_CASE("the minimal config has no problem")
{
    ConfigFolder folder;
    const auto loaded = folder.load();
    CHECK(told(loaded.problems) == "");
    CHECK(loaded.ok());
    CHECK(loaded.desks.size() == 1);
}

TEST_CASE("broken config: what is no YAML, or more than YAML should be")
{
    const std::string laughs =
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e]\n";
    check_each({
        {"bad syntax", {{back, "{ja: おかえりなさい。", "{ja: [おかえりなさい。"}}, back, "end:", "not YAML", "indentation"},
        {"a key twice", {{back, "start: again\n", "start: again\nstart: again\n"}}, back, "@3", "`start` stands here twice (first on line 2)", "keep one"},
        {"an empty file", {{"messages/more.yaml", "", "# all of it is gone\n"}}, "messages/more.yaml", "@1", "the file is empty", "bring back"},
        {"two documents", {{back, "start: again\n", "start: again\n---\n"}}, back, "@4", "second document", "one document"},
        {"a key that is a list", {{back, "start: again\n", "start: again\n[a, b]: c\n"}}, back, "[a, b]", "a key that is a list", "before the colon"},
        {"not UTF-8", {{back, "Welcome", "Wel\xff"}}, back, "end:", "not UTF-8", "UTF-8"},
        {"too large", {{back, "start: again\n", "start: again\n" + times("# 注\n", 200'000)}}, back, "@1", "larger than", "split"},
        {"too deep", {{back, "", "flow: back\nstart: a\nnodes: " + times("[", 60) + times("]", 60) + "\n"}}, back, "nodes:", "levels deep", "brackets"},
        {"a billion laughs", {{back, "", laughs}}, back, "f: [", "aliases written out", "do not nest aliases"},
        {"an alias inside itself", {{back, "", "flow: back\nstart: a\nnodes: &n {a: *n}\n"}}, back, "nodes:", "inside the very value", "write the value out"},
    });
}

TEST_CASE("broken config: shapes that the schemas refuse")
{
    check_each({
        {"an unknown key", {{first, "    optional: true", "    optionl: true"}}, first, "optionl", "unknown key `optionl` (did you mean `optional`?)", "known here"},
        {"a key of another format", {{server, "store:", "threads: 2\ncolour: red\nstore:"}}, server, "colour", "unknown key `colour`", "known here"},
        {"a wrong type", {{server, "port: 18081", "port: yes please"}}, server, "admin:", "does not have the form of `port`", "A number from 0"},
        {"a number too large", {{server, "port: 18081", "port: 70000"}}, server, "admin:", "`port` is too large", "65535 or less"},
        {"a text that is a list", {{first, "title: はじめて", "title: [はじめて]"}}, first, "title:", "`title` must be text", "write text"},
        {"a text that is a number", {{first, "title: はじめて", "title: 12"}}, first, "title:", "`title` must be text", "quotes"},
        {"a missing key", {{first, "start: hello\n", ""}}, first, "@1", "`start` is missing", "The node it begins with"},
        {"a missing key inside", {{first, "text: {ja: おつなぎします。, en: Passing you on.}", "skills: []"}, {first, "reason: wish, ", ""}}, first, "handoff:", "`handoff` has no `reason`", "handoff.reason"},
        {"a word that is not allowed", {{first, "ask: age", "ask: agee"}}, first, "agee", "`agee` is not allowed for `ask` (did you mean `age`?)", "`number`"},
        {"a priority that does not exist", {{first, "priority: soon", "priority: now"}}, first, "priority:", "`now` is not allowed for `priority`", "`normal`, `soon` or `high`"},
        {"an id with blanks", {{first, "id: money", "id: much money"}}, first, "much money", "does not have the form of `id`", "Letters, digits"},
        {"a node's name with blanks", {{back, "  again:", "  again and again:"}}, back, "again and again", "unknown key `again and again`", "letters, digits, - and _"},
        {"an empty list", {{desk, "languages: [ja, en]", "languages: []"}}, desk, "languages:", "`languages` has too few entries", "at least 1"},
        {"three secrets", {{desk, "secrets: [", "secrets: [\"${file:secrets/line-secret}\", \"${file:secrets/line-secret}\", "}}, desk, "secrets:", "`secrets` has too many entries", "at most 2"},
        {"four stages", {{desk, "[一, 二, 三, 四, 五]", "[一, 二, 三, 四]"}}, desk, "stages:", "`stages` has too few entries", "at least 5"},
        {"the same language twice", {{desk, "[ja, en]", "[ja, en, ja]"}}, desk, "languages:", "the same entry twice", "keep one"},
        {"an empty name", {{desk, "name: ためしの窓口", "name: \"\""}}, desk, "name:", "`name` is empty", "write the text"},
        {"a step that no story has", {{talk, "- person: 家賃のことです", "- persn: 家賃のことです"}}, talk, "persn", "unknown key `persn` (did you mean `person`?)", "known here"},
    });
}

TEST_CASE("broken config: placeholders and secrets")
{
    check_each({
        {"a secret in plain", {{desk, "\"${file:secrets/line-secret}\"", "0123456789abcdef"}}, desk, "secrets:", "a secret is written in plain", "${file:PATH}"},
        {"a token in plain", {{desk, "${file:secrets/line-token}", "abcdefghijkl"}}, desk, "access_token:", "a secret is written in plain", "${env:NAME}"},
        {"a master key in plain", {{server, "${file:secrets/master-key}", times("ab", 32)}}, server, "master_key:", "a secret is written in plain", "outside of config/"},
        {"a secret as a default", {{desk, "${file:secrets/line-token}", "${env:TSUNAGI_TEST_NOT_SET:-abcdef}"}}, desk, "access_token:", "a secret is written in plain", "${env:NAME}"},
        {"an empty secret", {{desk, "${file:secrets/line-token}", "\"\""}}, desk, "access_token:", "a secret is empty", "${file:PATH}"},
        {"a secret that is not there", {{desk, "secrets/line-token", "secrets/nobody"}}, desk, "access_token:", "the secret behind ${file:secrets/nobody} is not there", "make the file", true},
        {"a master key that is none", {{"secrets/master-key", "", "short\n"}}, server, "master_key:", "not 64 hex characters", "openssl rand -hex 32"},
        {"a variable that is not set", {{server, "public_url: http://127.0.0.1:18080", "public_url: ${env:TSUNAGI_TEST_NOT_SET:-http://x.example/}"}}, server, "public_url:", "the value of `public_url` does not have the form", "without a slash at the end"},
        {"a placeholder of no kind", {{desk, "name: ためしの窓口", "name: ${city}の窓口"}}, desk, "name:", "`${` begins no placeholder", "${env:NAME}"},
    });
}

TEST_CASE("broken config: references that lead nowhere")
{
    check_each({
        {"an unknown node", {{first, "next: topic", "next: topics"}}, first, "next: topics", "there is no node `topics` (did you mean `topic`?)", "name of a node"},
        {"an unknown node after a choice", {{first, "next: age\n", "next: agee\n"}}, first, "next: agee", "there is no node `agee`", "name of a node"},
        {"an unknown node after a branch", {{first, "otherwise: more", "otherwise: mor"}}, first, "otherwise", "there is no node `mor`", "name of a node"},
        {"an unknown start", {{back, "start: again", "start: agin"}}, back, "start:", "there is no node `agin` (did you mean `again`?)", "name of a node"},
        {"an unknown flow", {{first, "go: talk", "go: talks"}}, first, "go: talks", "there is no flow `talks` (did you mean `talk`?)", "flow of this desk"},
        {"no entry flow", {{desk, "entry: first", "entry: frist"}}, desk, "flows:", "there is no flow `frist` (did you mean `first`?)", "desks/demo/flows"},
        {"no flow to come back to", {{desk, "again: back", "again: bakc"}}, desk, "flows:", "there is no flow `bakc`", "desks/demo/flows"},
        {"an answer that nobody is asked", {{first, "{answer: age, given: true}", "{answer: agee, given: true}"}}, first, "agee", "no flow ever keeps an answer `agee` (did you mean `age`?)", "save: agee"},
        {"a value that an answer never has", {{first, "add: 2}", "add: 2}\n        - {when: {answer: topic, is: [hom]}, add: 3}"}}, first, "hom]", "the answer `topic` is never `hom` (did you mean `home`?)", "`money`"},
        {"a guide about no question of hers", {{first, "guide: {}", "guide: {question: theme}"}}, first, "guide:", "no flow ever keeps an answer `theme`", "save: theme"},
        {"a title of no answer", {{first, "        topic: {ja: テーマ", "        subject: {ja: テーマ"}}, first, "subject", "no flow ever keeps an answer `subject`", "save"},
        {"a condition of two minds", {{first, "{answer: age, given: true}", "{answer: age, given: true, is: [3]}"}}, first, "given: true", "both `is` and `given`", "keep one"},
        {"a stage that the desk has not", {{first, "stage: \"2\"", "stage: \"6\""}}, first, "stage: \"6\"", "the desk has no stage `6`", "1 to 5"},
        {"a language that the desk does not speak", {{first, "        also: [手当]", "        language: fr"}}, first, "language: fr", "does not speak `fr`", "`ja` or `en`"},
        {"a reason without words", {{first, "reason: wish", "reason: whim"}}, first, "reason: whim", "the reason `whim` has no words", "handoff.reason.whim"},
        {"a second flow of the same name", {{talk, "flow: talk", "flow: back"}, {first, "go: talk", "go: back"}, {talk, "「{story}」", "お話"}, {talk, "You said: {story}", "I see"}}, talk, "flow:", "a second flow is named `back`", "a name of its own"},
    });
}

TEST_CASE("broken config: ways through a flow")
{
    check_each({
        {"a node that no way reaches", {{back, "nodes:\n", "nodes:\n  lost:\n    end: {}\n"}}, back, "lost:", "no way leads to the node `lost`", "let a `next` lead to it"},
        {"a node without next", {{back, "    end: {", "    say: {"}}, back, "again:\n", "the node `again` has no `next`", "add `next: …`"},
        {"a node that does nothing", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    next: again"}}, back, "again:\n", "the node `again` does nothing", "`say`, `ask`"},
        {"no way out", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    ask: text\n    text: {ja: どうぞ, en: Please}\n    next: again"}}, back, "again:\n", "no way leads to an end or a human", "`handoff`"},
        {"a loop that never waits", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    say: {ja: あ, en: a}\n    next: fork\n  fork:\n    branch:\n      - {when: [{answer: seen, given: true}], next: again}\n    otherwise: done\n  done:\n    end: {}"}}, back, "again:\n", "a loop that never waits for an answer: again → fork → again", "put an `ask` into it"},
        {"a flow that runs into itself", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    go: back\n    next: out\n  out:\n    end: {}"}}, back, "go: back", "comes back into itself", "ask again inside one flow"},
        {"six messages at once", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    ask: text\n    text: {ja: どうぞ, en: Please}\n    next: s1\n" + says(4) + "  s5:\n    handoff: {reason: wish, text: {ja: え, en: d}}"}}, back, "again:\n", "an answer to `again` leads to 6 messages at once; LINE takes 5", "join texts"},
        {"six messages after a flow inside", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    go: talk\n    next: s1\n" + says(3) + "  s4:\n    handoff: {reason: wish, text: {ja: え, en: d}}"}}, back, "again:\n", "the last answer inside `talk` leads to 6 messages at once; LINE takes 5", "join texts"},
        {"fifty-one nodes without an answer", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    ask: text\n    text: {ja: どうぞ, en: Please}\n    next: s1\n" + sets(50) + "  s51:\n    end: {}"}}, back, "again:\n", "51 nodes without an answer; the engine walks 50", "join nodes"},
        {"six messages when her first words answer the question already", {{first, "start: hello", "start: one"}, {first, "  hello:\n", "  one:\n    say: {ja: 一, en: one}\n    next: two\n  two:\n    ask: text\n    text: {ja: 二, en: two}\n    next: three\n  three:\n    say: {ja: 三, en: three}\n    next: four\n  four:\n    say: {ja: 四, en: four}\n    next: five\n  five:\n    say: {ja: 五, en: five}\n    next: hello\n  hello:\n"}}, first, "start: one", "the flow begins with 6 messages at once", "join texts"},
        {"six messages to who is back", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    say: {ja: あ, en: a}\n    next: b\n  b:\n    say: {ja: い, en: b}\n    next: c\n  c:\n    say: {ja: う, en: c}\n    next: d\n  d:\n    handoff: {reason: wish, text: {ja: え, en: d}}"}}, back, "start:", "after a welcome to who is back, with 6 messages", "join texts"},
        {"flows six deep", {{back, "    end: {ja: おかえりなさい。, en: Welcome back.}", "    go: f1\n    next: out\n  out:\n    end: {}"}, {"desks/demo/flows/f1.yaml", "", nested("f1", "f2")}, {"desks/demo/flows/f2.yaml", "", nested("f2", "f3")}, {"desks/demo/flows/f3.yaml", "", nested("f3", "f4")}, {"desks/demo/flows/f4.yaml", "", nested("f4", "f5")}, {"desks/demo/flows/f5.yaml", "", nested("f5", "talk")}}, back, "flow: back", "flows within flows, 6 deep; the engine goes 5 deep", "join some"},
        {"a file of another name", {{"desks/demo/flows/other.yaml", "", "flow: elsewhere\nstart: a\nnodes:\n  a:\n    end: {}\n"}, {first, "go: talk", "go: elsewhere"}, {first, "topic: {ja: テーマ", "seen: {ja: テーマ"}, {first, "next: info\n", "next: told\n  told:\n    go: talk\n    next: info\n"}}, "desks/demo/flows/other.yaml", "flow:", "in a file of another name", "elsewhere.yaml", true},
        {"a flow that nothing leads to", {{"desks/demo/flows/lost.yaml", "", "flow: lost\nstart: a\nnodes:\n  a:\n    end: {}\n"}}, "desks/demo/flows/lost.yaml", "flow:", "no way leads to the flow `lost`", "let a `go` lead to it", true},
    });
}

TEST_CASE("broken config: nodes and questions")
{
    check_each({
        {"two things in one node", {{first, "    go: talk\n", "    go: talk\n    say: {ja: あ, en: a}\n"}}, first, "more:\n", "does two things, `say` and `go`", "two nodes"},
        {"a key of another kind of node", {{first, "    go: talk\n", "    go: talk\n    min: 3\n"}}, first, "    min: 3", "`min` means nothing in a node that is a `go`", "take it out"},
        {"more nodes than a flow may have", {{back, "  again:\n", chain(9'000, "set: {seen: \"1\"}") + "  s9001:\n    end: {}\n  again:\n"}}, back, "nodes:", "the flow has 9002 nodes, more than 500", "a flow of their own"},
        {"choices without choices", {{talk, "ask: text", "ask: choice"}}, talk, "story:\n", "the question `story` has no choices", "ask: text"},
        {"min larger than max", {{first, "min: 0", "min: 19"}}, first, "min: 19", "`min` is larger than `max`", "swap"},
        {"bounds of a text", {{talk, "    save: story", "    save: story\n    max: 3"}}, talk, "max: 3", "for number and age alone", "take them out"},
        {"unknown at a text", {{talk, "    save: story", "    save: story\n    unknown: true"}}, talk, "unknown:", "for choice and choices alone", "optional: true"},
        {"the same id twice", {{first, "id: home", "id: money"}, {first, "is: [home]}, add", "is: [money]}, add"}, {first, "is: [home]}, {answer", "is: [money]}, {answer"}}, first, "@15", "a second choice has the id `money` (first on line 12)", "its own id"},
        {"the same label twice", {{first, "{ja: 住まい,", "{ja: お金,"}}, first, "Housing", "two choices have the label `お金` (first on line 13)", "a label of its own"},
        {"labels that look the same", {{first, "en: Housing", "en: ＭＯＮＥＹ"}}, first, "ＭＯＮＥＹ", "two choices have the label", "a label of its own"},
        {"a word for two choices", {{first, "        next: age\n", "        also: [手当]\n        next: age\n"}}, first, "@17", "two choices are also called `手当`", "the one it belongs to"},
        {"a button that the engine adds as well", {{first, "ja: お金,", "ja: 人と話したい,"}}, first, "ja: 人と話したい", "looks like the one the engine adds (ask.human)", "leave the choice out"},
        {"a button like the one that skips", {{first, "en: Money", "en: skip"}}, first, "en: skip", "looks like the one the engine adds (ask.skip)", "something else"},
        {"a choice called unknown twice", {{first, "id: money", "id: unknown"}, {first, "    optional: true", "    unknown: true"}}, first, "unknown: true", "a choice is named `unknown`", "another id"},
        {"fourteen buttons with those the engine adds", {{talk, "ask: text", "ask: choice\n    optional: true\n    " + many_choices(13)}}, talk, "choices:", "14 buttons, with those that the engine adds; LINE shows 13", "two steps"},
        {"no room for a human", {{talk, "ask: text", "ask: choice\n    " + many_choices(13)}}, talk, "choices:", "no room is left for the button that leads to a human", "take one choice out", true},
        {"data longer than LINE takes", {{talk, "", removed}, {"desks/demo/flows/" + times("f", 99) + ".yaml", "", "flow: " + times("f", 99) + "\nstart: " + times("s", 99) + "\nnodes:\n  " + times("s", 99) + ":\n    ask: choice\n    text: {ja: あ, en: a}\n    choices:\n      - {id: " + times("x", 99) + ", label: {ja: あ, en: a}}\n    next: z\n  z:\n    end: {}\n"}, {first, "go: talk", "go: " + times("f", 99)}}, "desks/demo/flows/" + times("f", 99) + ".yaml", "- {id: x", "data is 316 long; LINE takes 300", "shorten the names"},
        {"stages that fall", {{first, "from: 2, stage", "from: 0, stage"}}, first, "stage: \"2\"", "not in rising order", "the lowest first"},
    });
}

TEST_CASE("broken config: texts")
{
    check_each({
        {"a missing translation", {{first, "say: {ja: こんにちは。, en: Hello.}", "say: {ja: こんにちは。}"}}, first, "say:", "the text is missing in en", "add `en: …`"},
        {"a missing translation on a button", {{first, "label: {ja: お金, en: Money}", "label: {en: Money}"}}, first, "en: Money", "the text is missing in ja", "every text needs each language"},
        {"a language that nobody speaks", {{first, "{ja: こんにちは。, en: Hello.}", "{ja: こんにちは。, en: Hello., jp: やあ}"}}, first, "jp:", "the desk does not speak `jp`", "`ja` or `en`"},
        {"an empty text", {{first, "{ja: こんにちは。, en: Hello.}", "{ja: こんにちは。, en: \"  \"}"}}, first, "say:", "the text in `en` is empty", "write it"},
        {"a label longer than LINE shows", {{first, "ja: 住まい", "ja: あいうえおかきくけこさしすせそたちつてとな"}}, first, "label: {ja: あ", "is 21 characters long; LINE shows 20", "the question can say more"},
        {"a label with a line break", {{first, "en: Housing", "en: \"A\\nhome\""}}, first, "home\"", "has a line break", "one line"},
        {"a label with a blank", {{first, "en: Housing", "en: \"{topic}\""}}, first, "{topic}", "has a blank", "messages alone"},
        {"a text longer than LINE takes", {{back, "en: Welcome back.", "en: " + times("long ", 1001)}}, back, "end:", "characters long; LINE takes 5000", "two nodes"},
        {"a blank that nothing fills", {{talk, "You said: {story}", "You said: {stroy}"}}, talk, "end:", "nothing fills the blank {stroy} (did you mean `story`?)", "take it out"},
        {"a phone number", {{back, "Welcome back.", "Call 03-0000-1234."}}, back, "end:", "a phone number, `0300001234`", "config/hotlines"},
        {"a phone number in full width", {{back, "おかえりなさい。", "０３－００００－１２３４へ"}}, back, "end:", "a phone number, `0300001234`", "config/hotlines"},
        {"a phone number on a button", {{first, "en: Housing", "en: \"03‐0000‐1234\""}}, first, "03‐0000", "a phone number", "config/hotlines"},
        {"a phone number among other words", {{desk, "human_words: [人と話したい]", "human_words: [人と話したい, \"#0000\"]"}}, desk, "human_words:", "a phone number, `#0000`", "config/hotlines"},
    });
}

TEST_CASE("broken config: the message catalogue")
{
    check_each({
        {"a message that is missing", {{messages, "ask.human: {", "ask.humann: {"}}, "messages", "", "the message `ask.human` is missing (did you mean `ask.humann`?)", "messages/"},
        {"a message in too few languages", {{messages, "queue.kept: {ja: \"受け取りました。{place}番目です。\", en: \"Kept. Number {place}.\"}", "queue.kept: {ja: \"受け取りました。\"}"}}, messages, "queue.kept:", "the text is missing in en", "add `en"},
        {"a message twice", {{messages, "ask.done:", "ask.extra: {ja: あ, en: a}\nask.done:"}, {"messages/more.yaml", "", "ask.extra: {ja: い, en: b}\n"}}, "messages/more.yaml", "ask.extra", "written twice (first in ", "keep one"},
        {"a blank that the engine does not fill", {{messages, "counselor.joined: {ja: \"{name}です。\"", "counselor.joined: {ja: \"{nmae}です。\""}}, messages, "counselor.joined", "nothing fills the blank {nmae} (did you mean `name`?)", "`name`"},
        {"a button of the engine too long", {{messages, "en: \"Talk to a person\"", "en: \"I would like to talk to a person\""}}, messages, "ask.human:", "characters long; LINE shows 20", "shorten"},
        {"a phone number in a message", {{messages, "en: \"Nothing found yet.\"", "en: \"Dial 119 at once.\""}}, messages, "guide.none:", "a phone number, `119`", "config/hotlines"},
        {"a comma that ends a text", {{messages, "{ja: \"案内はまだありません。\", en: \"Nothing found yet.\"}", "{ja: 案内は、まだ, en: Nothing, yet}"}}, messages, "guide.none", "` must be text", "put it in quotes"},
        {"a message's key with capitals", {{messages, "ask.done:", "Ask.Extra: {ja: あ, en: a}\nask.done:"}}, messages, "Ask.Extra", "unknown key `Ask.Extra`", "small letters"},
        {"a desk's own message, empty", {{"desks/demo/messages/own.yaml", "", "guide.none: {ja: \"\"}\n"}}, "desks/demo/messages/own.yaml", "guide.none", "the text in `ja` is empty", "write it"},
    });
}

TEST_CASE("broken config: hours, desks and files")
{
    check_each({
        {"a slot that is no slot", {{desk, "10:00-12:00", "10-12"}}, desk, "mon:", "`10-12` is no slot", "10:00-17:00"},
        {"a time that no clock shows", {{desk, "10:00-12:00", "10:00-12:60"}}, desk, "mon:", "is no slot", "at most to 24:00"},
        {"a slot backwards", {{desk, "13:00-17:00", "17:00-13:00"}}, desk, "mon:", "ends before it begins", "past midnight as two"},
        {"slots that overlap", {{desk, "13:00-17:00", "11:30-17:00"}}, desk, "mon:", "overlaps another of the same day", "one slot"},
        {"an unknown weekday", {{desk, "tue:", "tues:"}}, desk, "tues:", "unknown key `tues` (did you mean `tue`?)", "known here"},
        {"an exception on no day", {{desk, "2026-12-29", "2026-02-30"}}, desk, "exceptions:", "`2026-02-30` is no day", "2026-12-29"},
        {"an exception that is neither", {{desk, "\"2026-12-29\": closed", "\"2026-12-29\": maybe"}}, desk, "exceptions:", "`maybe` is not allowed for an exception", "closed"},
        {"never open", {{desk, "        mon: [\"10:00-12:00\", \"13:00-17:00\"]\n        tue: [\"10:00-24:00\"]\n", "        mon: []\n"}, {desk, "      exceptions: {\"2026-12-29\": closed}\n", ""}}, desk, "@9", "nobody ever answers", "at least one day", true},
        {"no token at all", {{desk, "access_token: ${file:secrets/line-token}", "bot_user_id: \"\""}}, desk, "name: line-main", "the channel has no access token", "kind: stateless"},
        {"a stateless token without the channel's id", {{desk, "access_token: ${file:secrets/line-token}", "token: {kind: stateless}"}}, desk, "token:", "the channel's id is missing", "channel_id"},
        {"a jwt without its key", {{desk, "access_token: ${file:secrets/line-token}", "token: {kind: jwt, channel_id: \"1657\"}"}}, desk, "token:", "an assertion needs a key and its id", "private_key"},
        {"an on-call address with a blank", {{desk, "counselors:", "on_call: {webhook_url: \"https://a.example/b c\"}\ncounselors:"}}, desk, "on_call:", "does not have the form of `webhook_url`", "visible ASCII"},
        {"an on-call address in Japanese", {{desk, "counselors:", "on_call: {webhook_url: \"https://a.example/当番\"}\ncounselors:"}}, desk, "on_call:", "does not have the form of `webhook_url`", "visible ASCII"},
        {"an on-call address of another kind", {{desk, "counselors:", "on_call: {webhook_url: \"ftp://a.example/\"}\ncounselors:"}}, desk, "on_call:", "does not have the form of `webhook_url`", "visible ASCII"},
        {"an on-call address without a host", {{desk, "counselors:", "on_call: {webhook_url: \"https://:443/x\"}\ncounselors:"}}, desk, "on_call:", "is no address of the web", "https://host/path"},
        {"two channels of one name", {{desk, "counselors:", "  - {name: line-main, secrets: [\"${file:secrets/line-secret}\"], access_token: \"${file:secrets/line-token}\", hours: {weekly: {mon: [\"10:00-12:00\"]}}}\ncounselors:"}}, desk, "@14", "a second channel is named `line-main`", "its own name"},
        {"a desk's name with capitals", {{"desks/Other/desk.yaml", "", "name: x\n"}}, "desks/Other", "", "`Other` is no name for a desk", "small letters"},
        {"a file that is not read", {{"messages/old.yml", "", "a: b\n"}}, "messages/old.yml", "", "its name does not end in .yaml", "rename", true},
    });
}

// clang-format on

TEST_CASE("broken config: a folder that is not there, or has nothing in it")
{
    const auto nowhere = load("/nonexistent/tsunagi", Purpose::check);
    REQUIRE(nowhere.problems.size() == 1);
    CHECK(nowhere.problems[0].what.find("no such config folder") != std::string::npos);
    CHECK_FALSE(nowhere.ok());

    ConfigFolder folder;
    std::filesystem::remove_all(folder.path() / "desks");
    const auto empty = folder.load();
    REQUIRE(empty.problems.size() == 1);
    CHECK(empty.problems[0].what == "there is no desk");
    CHECK(empty.problems[0].mend.find("desks/ID/desk.yaml") != std::string::npos);
}

TEST_CASE("several mistakes are told at once, in the order of files and lines")
{
    ConfigFolder folder;
    folder.replace(first, "next: topic", "next: topics");
    folder.replace(first, "otherwise: more", "otherwise: mor");
    folder.replace(desk, "10:00-12:00", "10-12");
    const auto loaded = folder.load();
    CAPTURE(told(loaded.problems));
    REQUIRE(loaded.problems.size() >= 3);
    CHECK(loaded.problems[0].file == folder.shown(desk));
    for (std::size_t i = 1; i < loaded.problems.size(); ++i)
        if (loaded.problems[i].file == loaded.problems[i - 1].file)
            CHECK(loaded.problems[i].line >= loaded.problems[i - 1].line);
}

TEST_CASE("a secret is never shown in a problem, whatever is wrong with it")
{
    ConfigFolder folder;
    folder.write("secrets/line-secret", "a-very-secret-word http://\n");
    folder.replace(server, "public_url: http://127.0.0.1:18080", "public_url: ${file:secrets/line-secret}");
    folder.replace(desk, "[\"${file:secrets/line-secret}\"]", "\"${file:secrets/line-secret}\"");
    folder.replace(desk, "access_token: ${file:secrets/line-token}", "access_token: a-very-secret-word");
    const auto loaded = folder.load();
    CHECK(loaded.problems.size() >= 3);
    CHECK(told(loaded.problems).find("a-very-secret-word") == std::string::npos);
}
