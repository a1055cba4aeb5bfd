package dev.muster.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the modules, and what each room may import. Every rule is also held against
 * something that breaks it, so that none of them passes because it looks at nothing.
 */
class LayerTest {

  private static final String PROTO = "dev.muster.v1..";
  private static final String TRUST = "dev.muster.trust..";
  private static final String PLAN = "dev.muster.plan..";
  private static final String WIRE = "dev.muster.wire..";
  private static final String WORKER = "dev.muster.worker..";
  private static final String COORDINATOR = "dev.muster.coordinator..";
  private static final String TARGET = "dev.muster.target..";
  private static final String DEPLOY = "dev.muster.deploy..";
  private static final String EC2 = "dev.muster.ec2..";
  private static final String CLI = "dev.muster.cli..";
  private static final List<String> MODULES = List.of(
      PROTO, PLAN, WIRE, TRUST, WORKER, COORDINATOR, TARGET, DEPLOY, EC2, CLI);

  private static final JavaClasses OURS = new ClassFileImporter().withImportOption(
      new ImportOption.DoNotIncludeTests()).importPackages("dev.muster");

  @Test
  void modules_depend_on_each_other_in_one_direction_only() {
    assertHolds(usesOfOurs(PROTO));
    assertHolds(usesOfOurs(PLAN));
    assertHolds(usesOfOurs(TRUST, PROTO));
    assertHolds(usesOfOurs(WIRE, PLAN, PROTO));
    assertHolds(usesOfOurs(WORKER, PLAN, TRUST, WIRE, PROTO));
    assertHolds(usesOfOurs(COORDINATOR, PLAN, TRUST, WIRE, PROTO));
    assertHolds(usesOfOurs(TARGET));
    assertHolds(usesOfOurs(DEPLOY));
    assertHolds(usesOfOurs(EC2, DEPLOY));
    assertIsBroken(usesOfOurs(EC2));
    assertIsBroken(usesOfOurs(WORKER, PLAN, TRUST));
    assertIsBroken(usesOfOurs(COORDINATOR, PROTO));
    assertIsBroken(usesOfOurs(CLI, PROTO, PLAN, TRUST, WIRE, WORKER, COORDINATOR, TARGET));
  }

  private static ArchRule usesOfOurs(String module, String... allowed) {
    var others = new ArrayList<>(MODULES);
    others.remove(module);
    others.removeAll(List.of(allowed));
    return noClasses().that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others.toArray(String[]::new));
  }

  @Test
  void grpc_is_known_only_where_processes_talk_to_each_other() {
    assertHolds(onlyIn("io.grpc..", "..rpc..", "..agent..", PROTO));
    assertIsBroken(onlyIn("io.grpc..", "..rpc..", PROTO));
    assertIsBroken(onlyIn("io.grpc..", "..agent..", PROTO));
  }

  @Test
  void certificates_are_written_only_where_trust_is() {
    assertHolds(onlyIn("org.bouncycastle..", "dev.muster.trust"));
    assertIsBroken(onlyIn("org.bouncycastle..", "nowhere"));
  }

  @Test
  void netty_is_known_only_where_load_is_sent_or_answered_and_shaded_only_where_links_are_secured() {
    assertHolds(onlyIn("io.netty..", "dev.muster.worker.http", "dev.muster.target.http"));
    // Only with it can TLS 1.3 alone be asked for.
    assertHolds(onlyIn("io.grpc.netty.shaded.io.netty..", "dev.muster.trust.rpc"));
    assertIsBroken(onlyIn("io.grpc.netty.shaded.io.netty..", "nowhere"));
    assertIsBroken(onlyIn("io.grpc.netty.shaded..", "nowhere"));
    assertIsBroken(onlyIn("io.netty..", "nowhere"));
  }

  @Test
  void a_workers_machine_is_watched_in_one_room_which_knows_nothing_of_ours() {
    assertHolds(httpOfWorkers("dev.muster.worker.machine"));
    assertIsBroken(httpOfWorkers("nowhere"));
    assertHolds(usesOfOurs("dev.muster.worker.machine", WORKER));
    assertHolds(
        noClasses().that()
            .resideInAPackage("dev.muster.worker.machine")
            .should()
            .dependOnClassesThat(
                resideInAPackage("dev.muster.worker..")
                    .and(DescribedPredicate.not(resideInAPackage("dev.muster.worker.machine")))));
  }

  private static ArchRule httpOfWorkers(String room) {
    return noClasses().that()
        .resideInAPackage(WORKER)
        .and()
        .resideOutsideOfPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.net.http..");
  }

  private static ArchRule onlyIn(String library, String... rooms) {
    return noClasses().that()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  @Test
  void rules_that_decide_know_no_socket_disk_thread_or_clock() {
    assertHolds(
        isPure("..coordinator.run..", "..coordinator.merge..", "..coordinator.bill..",
            "..worker.engine..", "..worker.run..", "..plan.load.."));
    assertIsBroken(isPure("..coordinator.rpc.."));
    assertIsBroken(isPure("..coordinator.store.."));
    assertIsBroken(isPure("..worker.agent.."));
    assertIsBroken(isPure("..worker.http.."));
  }

  private static ArchRule isPure(String... rooms) {
    return noClasses().that()
        .resideInAnyPackage(rooms)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.io..", "java.net..", "java.nio.file..", "java.nio.channels..", "java.sql..",
                "java.util.concurrent..", "org.slf4j..")
                .or(describe("are threads", type -> type.isEquivalentTo(Thread.class)))
                .as("do input, output or concurrency"))
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now");
  }

  @Test
  void every_package_is_null_marked_and_says_what_it_is_for() {
    assertThat(unmarked(resideInAPackage("dev.muster..").and(DescribedPredicate.not(
        resideInAPackage(PROTO))))).isEmpty();
    assertThat(unmarked(resideInAPackage(PROTO))).isNotEmpty();
  }

  private static List<String> unmarked(DescribedPredicate<JavaClass> which) {
    return OURS.that(which)
        .stream()
        .map(JavaClass::getPackage)
        .distinct()
        .filter(room -> !room.isAnnotatedWith(NullMarked.class))
        .map(JavaPackage::getName)
        .sorted()
        .toList();
  }

  @Test
  void no_class_has_a_name_that_says_nothing() {
    ArchRule rule = classes().that()
        .resideOutsideOfPackage(PROTO)
        .should()
        .haveNameNotMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?");
    assertHolds(rule);
    assertThat(
        rule.evaluate(new ClassFileImporter().importClasses(PlantedHelper.class)).hasViolation())
        .isTrue();
  }

  private static final class PlantedHelper {}

  @Test
  void rooms_of_a_module_stand_in_an_order() {
    for (String module : List.of(
        "plan", "trust", "worker", "coordinator", "target", "deploy", "cli")) {
      assertHolds(
          slices().matching("dev.muster." + module + ".(**)")
              .should()
              .beFreeOfCycles()
              .allowEmptyShould(true));
    }
    assertThat(
        slices().matching("java.(**)")
            .should()
            .beFreeOfCycles()
            .evaluate(
                new ClassFileImporter().importClasses(
                    Collection.class, Comparator.class, Stream.class))
            .hasViolation())
        .isTrue();
  }

  private static void assertHolds(ArchRule rule) {
    rule.check(OURS);
  }

  private static void assertIsBroken(ArchRule rule) {
    assertThat(rule.evaluate(OURS).hasViolation()).describedAs(rule.getDescription()).isTrue();
  }
}
