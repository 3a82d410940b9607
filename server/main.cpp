// The composition root: commands and nothing else. Each command's work lives in server/ops.
#include "bot/base/japan_day.h"
#include "server/ops/account.h"
#include "server/ops/backup.h"
#include "server/ops/booklet.h"
#include "server/ops/check.h"
#include "server/ops/doctor.h"
#include "server/ops/guide.h"
#include "server/ops/risk.h"
#include "server/ops/serve.h"
#include "server/ops/talk.h"
#include "server/ops/verify.h"

#include <CLI/CLI.hpp>
#include <sodium.h>

#include <chrono>
#include <iostream>

/// Read by jemalloc at start (no other allocator looks at it): two arenas for our few threads, and what is free goes back
/// after a second. With a million people 141 MB resident instead of 159, at the same processor time an event.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000,muzzy_decay_ms:0";

static std::chrono::sys_days today() { return tsunagi::japan_day(std::chrono::system_clock::now()); }

int main(int argc, char** argv)
{
    using namespace tsunagi;
    if (sodium_init() < 0) {
        std::cerr << "tsunagi: the system gives no randomness\n";
        return 1;
    }

    CLI::App app{"Tsunagi: a consultation window on LINE and the web"};
    app.require_subcommand(1);
    std::string config_dir;
    std::string data_dir;
    std::string desk;
    const auto command = [&](const char* name, const char* help) {
        auto* sub = app.add_subcommand(name, help);
        sub->add_option("--config", config_dir, "folder with tsunagi.yaml and desks/")->required();
        return sub;
    };

    auto* serve = command("serve", "run the server");
    serve->add_option("--data", data_dir, "folder for what is kept; wins over config");
    std::string pretend_now;
    serve->add_option("--pretend-now", pretend_now, "begin as if it were this time in Japan, 2026-11-22T02:00; for practice, on loopback only");
    auto* check = command("check", "check everything in config and run the transcripts that flows carry");
    auto* talk = command("talk", "converse with a desk's flow in the terminal");
    talk->add_option("--desk", desk, "the desk's id")->required();

    auto* risk = command("risk", "what the detector says of each line of standard input, as a line of JSON");

    std::string question;
    bool as_json = false;
    auto* guide = command("guide", "the programmes that answer a question in ordinary words, best first");
    guide->add_option("question", question, "for example 家賃が払えない")->required();
    guide->add_flag("--json", as_json, "as one line of JSON with scores");

    ops::BookletOptions printed;
    bool windows = false;
    auto* booklet = command("booklet", "the desk's booklet (しおり) as a page to print, on standard output");
    booklet->add_option("--desk", printed.desk, "the desk's id")->required();
    booklet->add_option("--language", printed.language, "one of the desk's languages; ja when left out");
    booklet->add_flag("--windows", windows, "the list of windows (窓口一覧) instead");

    ops::DoctorOptions examined;
    auto* doctor = command("doctor", "what is still open before a desk may open; exit code 1 when something essential is");
    doctor->add_option("--data", data_dir, "folder for what is kept: the staff are counted; stop the server first");
    doctor->add_option("--checklist", examined.checklist, "the ticked copy of deploy/before-you-open.md; before-you-open.md in config when left out");

    auto* verify = app.add_subcommand("verify", "hold everything that is kept against what each commit promises; stop the server first");
    verify->add_option("--data", data_dir, "folder for what is kept")->required();

    auto* backup = app.add_subcommand("backup", "copy everything that is kept; stop the server first (running, it does so by itself: store.backup in config)");
    store::BackupPlan copies;
    copies.bytes_per_second_max = 0;  // nobody waits
    backup->add_option("--data", data_dir, "folder for what is kept")->required();
    backup->add_option("--to", copies.folder, "folder for the copies only")->required();
    backup->add_option("--keep", copies.keep, "so many copies; older ones go")->check(CLI::PositiveNumber)->capture_default_str();
    auto* restore = app.add_subcommand("restore", "bring a copy back where no store is, and verify it");
    ops::RestoreOptions restored;
    bool list = false;
    restore->add_option("--from", restored.from, "folder with the copies")->required();
    auto* listing = restore->add_flag("--list", list, "only show which copies there are");
    restore->add_option("--data", restored.data_dir, "folder for what is kept; its `store` must not be there")->excludes(listing);
    restore->add_option("--copy", restored.number, "its number; the newest when left out")->excludes(listing);

    auto* account = app.add_subcommand("account", "staff accounts");
    account->require_subcommand(1);
    ops::AccountOptions new_account;
    const auto account_command = [&](const char* name, const char* help) {
        auto* sub = account->add_subcommand(name, help);
        sub->add_option("--config", new_account.config_dir, "folder with tsunagi.yaml and desks/")->required();
        sub->add_option("--data", new_account.data_dir, "folder for what is kept")->required();
        sub->add_option("--desk", new_account.desk, "the desk's id")->required();
        sub->add_option("--login", new_account.login, "2 to 64 of a-z 0-9 . _ -")->required();
        return sub;
    };
    const auto add_role = [&](CLI::App* sub) {
        sub->add_option("--role", new_account.role, "counselor, supervisor, peer_concierge, desk_manager or auditor")->required();
    };
    auto* add = account_command("add", "make an account; the password is read from standard input");
    add_role(add);
    add->add_option("--name", new_account.name, "what colleagues and people see")->required();
    add->add_flag("--unless-exists", new_account.unless_exists, "succeed when the login is already there");
    auto* disable = account_command("disable", "end an account: it signs in no more; its name stays in the records");
    auto* enable = account_command("enable", "let it sign in again");
    auto* password = account_command("password", "give it a new password, read from standard input");
    auto* role = account_command("role", "give it another role");
    add_role(role);
    auto* skills = account_command("skills", "say what it can do, as flows ask for it (`skills` of a handoff); without --skill nothing in particular");
    skills->add_option("--skill", new_account.skills, "one of them; may be given again");
    auto* otp = account_command("otp", "ask for a one-time code as well; prints the authenticator app's link once");
    bool otp_off = false;
    otp->add_flag("--off", otp_off, "no longer ask for one");

    CLI11_PARSE(app, argc, argv);

    if (serve->parsed())
        return ops::serve({config_dir, data_dir.empty() ? std::nullopt : std::optional<std::filesystem::path>(data_dir), pretend_now});
    if (verify->parsed()) return ops::verify(data_dir, std::cout, std::cerr);
    if (backup->parsed()) return ops::backup(data_dir, copies, std::cout, std::cerr);
    if (restore->parsed() && list) return ops::list_backups(restored.from, std::cout, std::cerr);
    if (restore->parsed() && restored.data_dir.empty()) {
        std::cerr << "tsunagi: where to? --data DIR; --list only shows which copies there are\n";
        return 2;
    }
    if (restore->parsed()) return ops::restore(restored, std::cout, std::cerr);
    if (check->parsed()) return ops::check(config_dir, today(), std::cout);
    if (talk->parsed()) return ops::talk(config_dir, desk, std::cin, std::cout);
    if (risk->parsed()) return ops::risk(config_dir, std::cin, std::cout);
    if (guide->parsed()) return ops::guide(config_dir, question, as_json, std::cout);
    if (booklet->parsed()) {
        printed.config_dir = config_dir;
        if (windows) printed.kind = ops::BookletKind::windows;
        return ops::booklet(printed, std::cout, std::cerr);
    }
    if (doctor->parsed()) {
        examined.config_dir = config_dir;
        examined.today = today();
        if (!data_dir.empty()) ops::look_into_store(config_dir, data_dir, examined, std::cerr);
        return ops::doctor(examined, std::cout);
    }
    if (add->parsed()) return ops::add_account(new_account, std::cin, std::cerr);
    using ops::AccountCommand;
    const std::pair<CLI::App*, AccountCommand> changes[] = {{disable, AccountCommand::disable},
                                                            {enable, AccountCommand::enable},
                                                            {password, AccountCommand::password},
                                                            {role, AccountCommand::role},
                                                            {skills, AccountCommand::skills},
                                                            {otp, otp_off ? AccountCommand::otp_off : AccountCommand::otp}};
    for (const auto& [sub, change] : changes)
        if (sub->parsed()) return ops::change_account(change, new_account, std::cin, std::cout, std::cerr);
    return 2;
}
