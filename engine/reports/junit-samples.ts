// What five tools wrote for real suites, shortened: the dialects that tests of the JUnit reader read.

export const PYTEST = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="1.532" timestamp="2026-03-02T10:11:12.131415+00:00" hostname="ci"><testcase classname="tests.test_cart.TestCheckout" name="test_pays[card]" time="0.412"><failure message="AssertionError: assert 402 == 200&#10; +  where 402 = &lt;Response [402]&gt;.status_code">self = &lt;tests.test_cart.TestCheckout object at 0x7f&gt;

    def test_pays(self, kind):
&gt;       assert response.status_code == 200
E       AssertionError: assert 402 == 200

tests/test_cart.py:21: AssertionError</failure></testcase><testcase classname="tests.test_cart" name="test_empty" time="0.001" /><testcase classname="tests.test_cart" name="test_later" time="0.000"><skipped type="pytest.skip" message="not built yet">/shop/tests/test_cart.py:30: not built yet</skipped></testcase><testcase classname="tests.test_db" name="test_rows" time="0.101"><error message="failed on setup with &quot;ConnectionError: refused&quot;">tests/conftest.py:9: ConnectionError</error></testcase></testsuite></testsuites>`;

export const JEST = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="3" failures="1" errors="0" time="2.871">
  <testsuite name="checkout" errors="0" failures="1" skipped="0" timestamp="2026-03-02T10:11:12" time="1.02" tests="2">
    <testcase classname="checkout pays with a card" name="checkout pays with a card" time="0.005" file="src/checkout.test.js">
      <failure>Error: &#27;[2mexpect(&#27;[22m&#27;[31mreceived&#27;[39m&#27;[2m).&#27;[22mtoBe&#27;[2m(&#27;[22m&#27;[32mexpected&#27;[39m&#27;[2m)&#27;[22m
    at Object.toBe (/shop/src/checkout.test.js:5:21)</failure>
    </testcase>
    <testcase classname="checkout is free above 50" name="checkout is free above 50" time="0.001" file="src/checkout.test.js">
    </testcase>
  </testsuite>
  <testsuite name="undefined" errors="0" failures="0" skipped="0" time="0" tests="0"/>
</testsuites>
`;

export const SUREFIRE = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd" version="3.0" name="com.shop.CartTest" time="1,234.567" tests="4" errors="0" skipped="1" failures="1">
  <properties>
    <property name="java.version" value="21.0.2"/>
  </properties>
  <testcase name="adds" classname="com.shop.CartTest" time="1,234.5"/>
  <testcase name="flickers" classname="com.shop.CartTest" time="0.2">
    <flakyFailure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="org.opentest4j.AssertionFailedError" time="0.01">
      <stackTrace><![CDATA[org.opentest4j.AssertionFailedError: expected: <1> but was: <2>
	at com.shop.CartTest.flickers(CartTest.java:31)]]></stackTrace>
    </flakyFailure>
  </testcase>
  <testcase name="removes" classname="com.shop.CartTest" time="0,35">
    <failure message="expected: &lt;0&gt; but was: &lt;1&gt;" type="org.opentest4j.AssertionFailedError"><![CDATA[org.opentest4j.AssertionFailedError: expected: <0> but was: <1>
	at com.shop.CartTest.removes(CartTest.java:44)]]></failure>
    <rerunFailure message="expected: &lt;0&gt; but was: &lt;1&gt;" type="org.opentest4j.AssertionFailedError"><stackTrace>again</stackTrace></rerunFailure>
    <system-out><![CDATA[<!DOCTYPE html><html>&amp;</html>]]></system-out>
  </testcase>
  <testcase name="later" classname="com.shop.CartTest" time="0"><skipped/></testcase>
</testsuite>
`;

export const GOTESTSUM = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="0" time="0.412">
	<testsuite tests="3" failures="1" time="0.012000" name="example.com/shop/cart" timestamp="2026-03-02T10:11:12Z">
		<properties>
			<property name="go.version" value="go1.24 linux/amd64"></property>
		</properties>
		<testcase classname="example.com/shop/cart" name="TestPay/card" time="0.000000">
			<failure message="Failed" type="">=== RUN   TestPay/card&#xA;    cart_test.go:14: declined&#xA;--- FAIL: TestPay/card (0.00s)&#xA;</failure>
		</testcase>
		<testcase classname="example.com/shop/cart" name="TestAdd" time="0.010000"></testcase>
		<testcase classname="example.com/shop/cart" name="TestLater" time="0.000000">
			<skipped message="=== RUN   TestLater&#xA;    cart_test.go:30: not built&#xA;--- SKIP: TestLater (0.00s)&#xA;"></skipped>
		</testcase>
	</testsuite>
</testsuites>
`;

export const MOCHA = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Mocha Tests" time="1.204" tests="2" failures="1">
  <testsuite name="Root Suite" timestamp="2026-03-02T10:11:12" tests="0" file="cypress/e2e/checkout.cy.js" time="0.000" failures="0">
  </testsuite>
  <testsuite name="checkout" timestamp="2026-03-02T10:11:12" tests="2" file="cypress/e2e/checkout.cy.js" time="1.204" failures="1">
    <testcase name="checkout pays with a card" time="1.000" classname="pays with a card">
      <failure message="Timed out retrying after 4000ms: Expected to find element: \`#paid\`" type="AssertionError"><![CDATA[AssertionError: Timed out retrying after 4000ms
    at Context.eval (webpack:///./cypress/e2e/checkout.cy.js:9:7)]]></failure>
    </testcase>
    <testcase name="checkout shows a total" time="0.204" classname="shows a total">
    </testcase>
  </testsuite>
</testsuites>`;
